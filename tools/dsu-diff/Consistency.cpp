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

namespace {

/// What a body does to state that others see.
struct Effects {
  std::set<std::string> Reads, Writes; ///< identities of variables
  bool Acquires = false, Releases = false;
};

enum class LockUse { None, Acquire, Release };

} // namespace

static LockUse lockUse(StringRef Name) {
  return StringSwitch<LockUse>(Name)
      .Cases("pthread_mutex_lock", "pthread_mutex_trylock",
             "pthread_mutex_timedlock", "pthread_spin_lock", "sem_wait",
             LockUse::Acquire)
      .Cases("pthread_rwlock_rdlock", "pthread_rwlock_wrlock",
             "pthread_rwlock_tryrdlock", "pthread_rwlock_trywrlock", "flock",
             LockUse::Acquire)
      .Cases("pthread_mutex_unlock", "pthread_spin_unlock",
             "pthread_rwlock_unlock", "sem_post", LockUse::Release)
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

static Effects effectsOf(const Function &F) {
  Effects Result;
  for (const Instruction &I : instructions(F)) {
    if (const auto *Load = dyn_cast<LoadInst>(&I)) {
      addVariable(Load->getPointerOperand(), Result.Reads);
    } else if (const auto *Store = dyn_cast<StoreInst>(&I)) {
      addVariable(Store->getPointerOperand(), Result.Writes);
    } else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
      addVariable(RMW->getPointerOperand(), Result.Writes);
    } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
      addVariable(Exchange->getPointerOperand(), Result.Writes);
    } else if (const auto *Call = dyn_cast<CallBase>(&I)) {
      // Whoever gets the address may write.
      for (const Use &Argument : Call->args())
        if (Argument->getType()->isPointerTy())
          addVariable(Argument,
                      Call->onlyReadsMemory() ? Result.Reads : Result.Writes);
      if (const Function *Callee = Call->getCalledFunction()) {
        const LockUse Use = lockUse(Callee->getName());
        Result.Acquires |= Use == LockUse::Acquire;
        Result.Releases |= Use == LockUse::Release;
      }
    }
  }
  return Result;
}

/// What old and new body do together.
static Effects effectsOf(const FunctionChange &Change) {
  Effects Result = effectsOf(*Change.Old), New = effectsOf(*Change.New);
  Result.Reads.merge(New.Reads);
  Result.Writes.merge(New.Writes);
  Result.Acquires |= New.Acquires;
  Result.Releases |= New.Releases;
  return Result;
}

static std::string sharedState(const Effects &A, const Effects &B) {
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

std::optional<CoupledPair> findCoupled(const FunctionChanges &Code,
                                       const std::set<std::string> &Replaced) {
  std::map<std::string, Effects> Known;
  std::map<std::string, std::set<std::string>> Called; // by unchanged caller
  for (const std::string &Key : Replaced) {
    const FunctionChange &Change = *Code.find(Key);
    for (const User *U : Change.Old->users()) {
      const auto *Call = dyn_cast<CallBase>(U);
      if (!Call || Call->getCalledOperand() != Change.Old ||
          Call->getModule() != Change.Old->getParent())
        continue;
      const std::string Caller = identityKey(*Call->getFunction());
      if (!Replaced.count(Caller))
        Called[Caller].insert(Key);
    }
  }
  auto EffectsOf = [&](const std::string &Key) -> const Effects & {
    auto It = Known.find(Key);
    if (It == Known.end())
      It = Known.emplace(Key, effectsOf(*Code.find(Key))).first;
    return It->second;
  };
  for (const auto &[Caller, Keys] : Called)
    for (auto First = Keys.begin(); First != Keys.end(); ++First)
      for (auto Second = std::next(First); Second != Keys.end(); ++Second) {
        std::string Shared = sharedState(EffectsOf(*First), EffectsOf(*Second));
        if (!Shared.empty())
          return CoupledPair{*First, *Second, Caller, std::move(Shared)};
      }
  return std::nullopt;
}

} // namespace dsu
