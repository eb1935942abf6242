//===- Consistency.cpp - changes that belong together ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Consistency.h.
//
//===----------------------------------------------------------------------===//

#include "Consistency.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

#include <map>

using namespace llvm;

namespace dsu {

/// What old and new body of a function do to state that others see.
struct Consistency::Effects {
  std::set<std::string> Reads, Writes; ///< identities of variables
  bool Acquires = false, Releases = false;

  void add(const Function &F);
  std::string sharedWith(const Effects &Other) const;
};

namespace {

enum class LockUse { None, Acquire, Release };

} // namespace

static LockUse lockUse(StringRef Name) {
  return StringSwitch<LockUse>(Name)
      .Case("pthread_mutex_lock", LockUse::Acquire)
      .Case("pthread_mutex_trylock", LockUse::Acquire)
      .Case("pthread_mutex_timedlock", LockUse::Acquire)
      .Case("pthread_spin_lock", LockUse::Acquire)
      .Case("sem_wait", LockUse::Acquire)
      .Case("pthread_rwlock_rdlock", LockUse::Acquire)
      .Case("pthread_rwlock_wrlock", LockUse::Acquire)
      .Case("pthread_rwlock_tryrdlock", LockUse::Acquire)
      .Case("pthread_rwlock_trywrlock", LockUse::Acquire)
      .Case("flock", LockUse::Acquire)
      .Case("pthread_mutex_unlock", LockUse::Release)
      .Case("pthread_spin_unlock", LockUse::Release)
      .Case("pthread_rwlock_unlock", LockUse::Release)
      .Case("sem_post", LockUse::Release)
      .Default(LockUse::None);
}

static void addVariable(const Value *Pointer, std::set<std::string> &To) {
  const auto *GV = dyn_cast<GlobalVariable>(getUnderlyingObject(Pointer));
  // What only this thread sees needs no agreement with others, but may still
  // couple two functions of one thread.
  if (!GV || GV->isConstant())
    return;
  std::string Key = identityKey(*GV);
  if (!Key.empty())
    To.insert(std::move(Key));
}

void Consistency::Effects::add(const Function &F) {
  for (const Instruction &I : instructions(F)) {
    if (const auto *Load = dyn_cast<LoadInst>(&I)) {
      addVariable(Load->getPointerOperand(), Reads);
    } else if (const auto *Store = dyn_cast<StoreInst>(&I)) {
      addVariable(Store->getPointerOperand(), Writes);
    } else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
      addVariable(RMW->getPointerOperand(), Writes);
    } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
      addVariable(Exchange->getPointerOperand(), Writes);
    } else if (const auto *Call = dyn_cast<CallBase>(&I)) {
      // Whoever gets the address may write.
      for (const Use &Argument : Call->args())
        if (Argument->getType()->isPointerTy())
          addVariable(Argument, Call->onlyReadsMemory() ? Reads : Writes);
      if (const Function *Callee = Call->getCalledFunction()) {
        const LockUse Use = lockUse(Callee->getName());
        Acquires |= Use == LockUse::Acquire;
        Releases |= Use == LockUse::Release;
      }
    }
  }
}

std::string Consistency::Effects::sharedWith(const Effects &B) const {
  const Effects &A = *this;
  for (const std::string &Key : A.Writes)
    if (B.Reads.count(Key) || B.Writes.count(Key))
      return "the variable '" + Key + "'";
  for (const std::string &Key : B.Writes)
    if (A.Reads.count(Key))
      return "the variable '" + Key + "'";
  // A function that does both is whole in itself.
  if ((A.Acquires && !A.Releases && B.Releases && !B.Acquires) ||
      (B.Acquires && !B.Releases && A.Releases && !A.Acquires))
    return "a lock";
  return {};
}

Consistency::Consistency(const FunctionChanges &Code,
                         const std::set<std::string> &Replaced)
    : Code(Code), Replaced(Replaced) {
  for (const std::string &Key : Replaced) {
    const FunctionChange &Change = *Code.find(Key);
    Effects &Own = Known[Key];
    Own.add(*Change.Old);
    Own.add(*Change.New);
  }
  findCallers();
}

Consistency::~Consistency() = default;

void Consistency::findCallers() {
  for (const std::string &Key : Replaced) {
    const FunctionChange &Change = *Code.find(Key);
    for (const Function *F : {Change.Old, Change.New})
      for (const User *U : F->users()) {
        const auto *Call = dyn_cast<CallBase>(U);
        if (Call && Call->getCalledOperand() == F &&
            Call->getModule() == F->getParent())
          CalledBy[identityKey(*Call->getFunction())].insert(Key);
      }
  }
}

std::optional<CoupledPair>
Consistency::pairAmong(const std::set<std::string> &Keys,
                       const std::string &Caller) const {
  for (auto First = Keys.begin(); First != Keys.end(); ++First)
    for (auto Second = std::next(First); Second != Keys.end(); ++Second) {
      std::string Shared = Known.at(*First).sharedWith(Known.at(*Second));
      if (!Shared.empty())
        return CoupledPair{*First, *Second, Caller, std::move(Shared)};
    }
  return std::nullopt;
}

std::vector<CoupledPair> Consistency::findCoupled() const {
  std::vector<CoupledPair> Pairs;
  for (const auto &[Caller, Keys] : CalledBy)
    if (!Replaced.count(Caller))
      if (auto Pair = pairAmong(Keys, Caller))
        Pairs.push_back(std::move(*Pair));
  return Pairs;
}

std::string Consistency::findPartner(const std::string &Key) const {
  const Effects &Own = Known.at(Key);
  for (const auto &[Other, Theirs] : Known)
    if (Other != Key && !Own.sharedWith(Theirs).empty())
      return Other;
  // A frame that stays between two calls may have made the first one in the
  // old version and makes the second one in the new.
  if (auto It = CalledBy.find(Key); It != CalledBy.end())
    if (auto Pair = pairAmong(It->second, Key))
      return Pair->First;
  return {};
}

} // namespace dsu
