//===- Equality.h - structural equality of IR pieces ------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two modules in one LLVMContext share uniqued constants, types and metadata,
// but three things stand in the way of comparing pointers: named struct types
// are renamed when they clash, distinct metadata is never shared, and globals
// are different objects.  The functions here see through all three.  Globals
// are equal when a caller-supplied canonicalization maps them to one object.
//
// Everything errs towards "different": an unknown kind of constant or metadata
// is equal only to itself.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_EQUALITY_H
#define DSU_TOOLS_DIFF_EQUALITY_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/Hashing.h"
#include "llvm/IR/Attributes.h"

namespace llvm {
class BlockAddress;
class Constant;
class GlobalValue;
class GlobalVariable;
class Instruction;
class MDNode;
class Metadata;
class Type;
} // namespace llvm

namespace dsu {

class Equality {
public:
  /// The representative of \p GV's class of corresponding globals.  Follows
  /// what `unite` recorded; a global that was never united stands for itself.
  const llvm::GlobalValue *canonical(const llvm::GlobalValue *GV) const;

  /// Declares that \p GV is the same thing as \p Representative.
  void unite(const llvm::GlobalValue *GV,
             const llvm::GlobalValue *Representative);

  /// Takes \p GV out of its class again.
  void separate(const llvm::GlobalValue *GV);

  bool types(const llvm::Type *L, const llvm::Type *R) const;

  /// Equal contents and equal types, all the way down.
  bool constants(const llvm::Constant *L, const llvm::Constant *R) const;

  /// A hash under which equal constants (as of `constants`) agree.
  llvm::hash_code hash(const llvm::Constant *C) const;

  bool attributes(const llvm::AttributeList &L,
                  const llvm::AttributeList &R) const;

  /// Compares nested metadata up to the identity of distinct nodes: a distinct
  /// node may only ever correspond to one distinct node of the other side
  /// during the lifetime of this object's current function (see
  /// `forgetMetadata`).  Debug locations inside loop metadata do not count.
  bool metadata(const llvm::Metadata *L, const llvm::Metadata *R) const;

  /// Compares all attachments of two instructions that can have an influence
  /// on generated code.
  bool attachments(const llvm::Instruction &L,
                   const llvm::Instruction &R) const;

  /// Starts anew with the correspondence of distinct metadata nodes.
  void forgetMetadata() const {
    NodesL.clear();
    NodesR.clear();
  }

private:
  bool aggregates(const llvm::Constant *L, const llvm::Constant *R) const;
  bool expressions(const llvm::Constant *L, const llvm::Constant *R) const;
  bool blockAddresses(const llvm::BlockAddress *L,
                      const llvm::BlockAddress *R) const;

  llvm::DenseMap<const llvm::GlobalValue *, const llvm::GlobalValue *> Class;
  mutable llvm::DenseMap<const llvm::MDNode *, const llvm::MDNode *> NodesL;
  mutable llvm::DenseMap<const llvm::MDNode *, const llvm::MDNode *> NodesR;
};

/// A constant whose address means nothing: only its content counts.
bool isAnonymousConstant(const llvm::GlobalVariable &GV);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_EQUALITY_H
