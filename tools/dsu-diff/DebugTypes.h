//===- DebugTypes.h - C types as the debug information has them -*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// IR has no C types any more; debug information has.  Here they are named in a
// form that means the same in both versions: typedefs resolved (except those
// that name an anonymous struct, union or enum), qualifiers dropped (they do
// not change a representation), named types by tag and name.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_DEBUGTYPES_H
#define DSU_TOOLS_DIFF_DEBUGTYPES_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/IR/DebugInfoMetadata.h"

#include <string>

namespace dsu {

/// The type behind typedefs and qualifiers.
const llvm::DIType *stripSugar(const llvm::DIType *Type);

/// The canonical name; "void" for null.
std::string typeName(const llvm::DIType *Type);

/// Compares what lies behind two types of one name: members, enumerators and,
/// by pointers, all that can be reached.  Returns the first struct, union or
/// enum of
/// \p New that is another one in \p Old, null if there is none.  Those whose
/// names
/// \p Known accepts are not looked into.
const llvm::DIType *
findDifference(const llvm::DIType *Old, const llvm::DIType *New,
               llvm::function_ref<bool(const std::string &)> Known);

/// "int (struct conn *, const char *)" in canonical names.
std::string signatureOf(const llvm::DISubprogram *Subprogram);

/// "file:line" of a type's definition.
std::string typePlace(const llvm::DIType *Type);

/// Names the \p Size bytes that lie \p Offset bytes into \p Variable of type
/// \p Type: "settings.maxconns", "table[3].name".
std::string elementName(llvm::StringRef Variable, const llvm::DIType *Type,
                        uint64_t Offset, uint64_t Size);

/// The innermost struct object that byte \p Offset of an object of type \p Type
/// belongs to: its first byte and the one after its last.  A union is as a
/// whole part of what it lies in, since nobody knows which member is in use.
/// False if there is none.
bool enclosingStruct(const llvm::DIType *Type, uint64_t Offset,
                     std::pair<uint64_t, uint64_t> &Range);

/// The debug-info type of a global variable, null if unknown.
const llvm::DIType *variableType(const llvm::GlobalVariable &GV);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_DEBUGTYPES_H
