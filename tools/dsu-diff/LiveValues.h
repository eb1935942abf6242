//===- LiveValues.h - which values of two frames are the same ---*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A frame that stays brings along the values that it computed before its call.
// The same code over them is the same only if they are what the new version
// would have there: `return a - b` and `return b - a` differ in nothing else.
// Two values are the same if they are
//
//   arguments       of one position
//   named           what one variable of the function is at the call (debug
//                   information; variables of inlined functions can be several
//                   of one name)
//   otherwise       computed alike from the same values; and where that alone
//                   does not say it (calls, loads, local variables, phis), the
//                   n-th of their kind in both functions
//
// Everything else is not the same.
//
// The objects of the frame itself, its local variables, stay as the old version
// laid them out, while new code may get their addresses.  So a pointer into one
// must point into one of the same kind (type, number of elements, and at least
// the alignment) in the new version; and a variable whose address somebody may
// have at the call, through a global or as an argument, must not be of another
// kind in the new version, whether the frame will use it again or not.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_LIVEVALUES_H
#define DSU_TOOLS_DIFF_LIVEVALUES_H

#include "BodyComparison.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Instructions.h"

#include <map>
#include <set>
#include <string>

namespace dsu {

class LiveValues {
public:
  LiveValues(const BodyComparison &Bodies, const llvm::Function &Old,
             const llvm::Function &New);

  /// From now on the frame is at these calls.
  void standAt(const llvm::CallBase &Old, const llvm::CallBase &New);

  bool same(const llvm::Value *ValueOld, const llvm::Value *ValueNew);

  /// Whether new code can work with all local variables that it may know of.
  bool objectsKeepKinds();

private:
  /// A name, and the variable that may have another value by now.
  using Name = std::pair<std::string, const llvm::DILocalVariable *>;
  using NameTable = llvm::DenseMap<const llvm::Value *, std::set<Name>>;
  using ObjectTable = std::map<std::string, std::set<const llvm::AllocaInst *>>;

  static NameTable namesOf(const llvm::Function &F);
  static ObjectTable objectsOf(const llvm::Function &F);
  static std::set<std::string> namesAt(const llvm::CallBase &Call,
                                       const llvm::Value &V,
                                       const NameTable &Table);
  bool sameKind(const llvm::AllocaInst &ObjectOld,
                const llvm::AllocaInst &ObjectNew);
  bool sameTargets(const llvm::Value *PointerOld,
                   const llvm::Value *PointerNew);
  bool computedAlike(const llvm::Instruction &DefOld,
                     const llvm::Instruction &DefNew);
  unsigned ordinal(const llvm::Instruction &I) const;

  const BodyComparison &Bodies;
  const llvm::Function &Old, &New;
  const llvm::CallBase *CallOld = nullptr, *CallNew = nullptr;
  NameTable NamesOld, NamesNew;
  ObjectTable ObjectsOld, ObjectsNew; ///< by function and name
  std::map<std::pair<const llvm::Value *, const llvm::Value *>, bool> Known;
  unsigned Depth = 0; ///< of `same` in itself
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_LIVEVALUES_H
