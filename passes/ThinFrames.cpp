//===- ThinFrames.cpp - frames that never leave stay thin -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ThinFrames.h for the rules.  The analysis works on code straight from
// the frontend, where locals are allocas.
//
//===----------------------------------------------------------------------===//

#include "ThinFrames.h"

#include "OpaqueCalls.h"
#include "RuntimeABI.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"
#include "llvm/IR/PatternMatch.h"

using namespace llvm;
using namespace llvm::PatternMatch;

namespace dsu {

AnalysisKey LifelongAnalysis::Key;

/// A call that can take a thread into other functions.
static bool isRealCall(const Instruction &I) {
  const auto *Call = dyn_cast<CallBase>(&I);
  return Call && !isa<IntrinsicInst>(Call) && !Call->isInlineAsm();
}

static bool containsCall(const Loop &L) {
  return any_of(L.blocks(),
                [](const BasicBlock *BB) { return any_of(*BB, isRealCall); });
}

/// True if control that reaches this block can only end in abort().
static bool endsInAbort(const BasicBlock *BB) {
  SmallPtrSet<const BasicBlock *, 8> Seen;
  while (BB && Seen.insert(BB).second) {
    if (isa<UnreachableInst>(BB->getTerminator()))
      return true;
    BB = BB->getSingleSuccessor();
  }
  return false;
}

/// The blocks from which the loop is left for good.
static SmallVector<const BasicBlock *, 8> exitingBlocks(const Loop &L) {
  SmallVector<Loop::Edge, 8> Edges;
  L.getExitEdges(Edges);
  SmallVector<const BasicBlock *, 8> Result;
  for (const Loop::Edge &Edge : Edges)
    if (!endsInAbort(Edge.second))
      Result.push_back(Edge.first);
  return Result;
}

namespace {

/// Classifies what a loop's exit depends on.
class ExitCondition {
public:
  /// Of growing weight: what depends on several has the greatest.  Flag: on
  /// memory; Call: on what a call returns or stores; Counted: on something
  /// that the loop computes from its own old value.
  enum Dependence : uint8_t { Invariant, Flag, Call, Counted };

  explicit ExitCondition(const Loop &L) : L(L) {}

  /// What the decision at the end of \p BB depends on.
  Dependence ofTerminator(const BasicBlock *BB) {
    const Instruction *T = BB->getTerminator();
    if (const auto *Branch = dyn_cast<BranchInst>(T))
      return Branch->isConditional() ? of(Branch->getCondition()) : Invariant;
    if (const auto *Switch = dyn_cast<SwitchInst>(T))
      return of(Switch->getCondition());
    return Counted;
  }

private:
  Dependence of(const Value *V);
  Dependence ofInstruction(const Instruction &I);
  Dependence ofLoad(const LoadInst &Load);
  Dependence ofPhi(const PHINode &Phi);
  Dependence ofOperands(const Instruction &I);
  Dependence ofLocal(const AllocaInst &Local);
  Dependence ofMemory(const Value *Pointer);

  const Loop &L;
  /// Those being looked at, a dependence on which is one on the old value, have
  /// Counted.
  DenseMap<const Value *, Dependence> Known;
};

} // namespace

ExitCondition::Dependence ExitCondition::of(const Value *V) {
  const auto *I = dyn_cast<Instruction>(V);
  if (!I || !L.contains(I))
    return Invariant;
  auto [Found, Inserted] = Known.insert({I, Counted});
  if (!Inserted)
    return Found->second;
  return Known[I] = ofInstruction(*I);
}

/// while (queue->first) and while (queue->length) work until nothing is left,
/// they do not wait.  A length is as wide as a size; no flag is, unless it is
/// one bit of many.
static bool looksForRest(const ICmpInst &Compare) {
  const Value *Left = Compare.getOperand(0);
  if (Left->getType()->isPointerTy())
    return true;
  return Compare.isEquality() && match(Compare.getOperand(1), m_Zero()) &&
         Left->getType()->isIntegerTy(64) &&
         !match(Left, m_c_And(m_Value(), m_Value()));
}

ExitCondition::Dependence ExitCondition::ofInstruction(const Instruction &I) {
  if (const auto *Load = dyn_cast<LoadInst>(&I))
    return ofLoad(*Load);
  if (const auto *Phi = dyn_cast<PHINode>(&I))
    return ofPhi(*Phi);
  if (const auto *Compare = dyn_cast<ICmpInst>(&I);
      Compare && looksForRest(*Compare))
    if (Dependence Result = ofOperands(I); Result == Flag)
      return Counted;
  // What only reads computes from its arguments and from memory.
  if (const auto *Reader = dyn_cast<CallBase>(&I);
      Reader && isRealCall(I) && Reader->onlyReadsMemory())
    return std::max(ofOperands(I), Flag);
  // llvm.expect and the like compute; everything else that acts may answer
  // differently each time.
  if (isa<IntrinsicInst>(I) ? I.mayReadOrWriteMemory()
                            : isa<CallBase>(I) || I.mayWriteToMemory())
    return isRealCall(I) ? Call : Counted;
  return ofOperands(I);
}

ExitCondition::Dependence ExitCondition::ofOperands(const Instruction &I) {
  Dependence Result = Invariant;
  for (const Use &Operand : I.operands())
    Result = std::max(Result, of(Operand));
  return Result;
}

ExitCondition::Dependence ExitCondition::ofLoad(const LoadInst &Load) {
  const Value *Base = Load.getPointerOperand();
  while (const auto *GEP = dyn_cast<GetElementPtrInst>(Base))
    Base = GEP->getPointerOperand();
  Dependence Address = of(Load.getPointerOperand());
  if (const auto *Local = dyn_cast<AllocaInst>(Base))
    return std::max(Address, ofLocal(*Local));
  return std::max(Address, ofMemory(Load.getPointerOperand()));
}

/// The same variable, or the same field of some object.
static bool isSamePlace(const Value *A, const Value *B) {
  const auto *FieldA = dyn_cast<GEPOperator>(A);
  const auto *FieldB = dyn_cast<GEPOperator>(B);
  if (!FieldA || !FieldB)
    return A == B;
  return FieldA->getSourceElementType() == FieldB->getSourceElementType() &&
         FieldA->hasAllConstantIndices() &&
         equal(FieldA->indices(), FieldB->indices());
}

/// A flag, unless the loop itself computes what is there: setting it to a
/// constant is what "stop = true" does.
ExitCondition::Dependence ExitCondition::ofMemory(const Value *Pointer) {
  Dependence Result = Flag;
  for (const BasicBlock *BB : L.blocks())
    for (const Instruction &I : *BB)
      if (const auto *Store = dyn_cast<StoreInst>(&I))
        if (isSamePlace(Store->getPointerOperand(), Pointer))
          Result = std::max(Result, of(Store->getValueOperand()));
  return Result;
}

/// "a && b" is a phi: which value it has depends on the branches before it.
ExitCondition::Dependence ExitCondition::ofPhi(const PHINode &Phi) {
  Dependence Result = Invariant;
  for (unsigned N = 0; N < Phi.getNumIncomingValues(); ++N) {
    Result = std::max(Result, of(Phi.getIncomingValue(N)));
    if (L.contains(Phi.getIncomingBlock(N)))
      Result = std::max(Result, ofTerminator(Phi.getIncomingBlock(N)));
  }
  return Result;
}

/// What the loop stores in a local decides.
ExitCondition::Dependence ExitCondition::ofLocal(const AllocaInst &Local) {
  Dependence Result = Invariant;
  SmallVector<const Value *, 8> Pointers = {&Local};
  while (!Pointers.empty()) {
    const Value *Pointer = Pointers.pop_back_val();
    for (const User *U : Pointer->users()) {
      const auto *I = cast<Instruction>(U);
      const auto *Store = dyn_cast<StoreInst>(I);
      if (Store && Store->getValueOperand() != Pointer) {
        if (L.contains(Store))
          Result = std::max(Result, of(Store->getValueOperand()));
      } else if (isa<GetElementPtrInst>(I)) {
        Pointers.push_back(I);
      } else if (!isa<LoadInst>(I) && !I->isLifetimeStartOrEnd()) {
        Result = std::max(Result, Call); // escapes
      }
    }
  }
  return Result;
}

/// What all of a loop's exits together depend on.
static ExitCondition::Dependence
dependenceOfExits(const Loop &L, ArrayRef<const BasicBlock *> Exiting) {
  auto Result = ExitCondition::Invariant;
  for (const BasicBlock *BB : Exiting)
    Result = std::max(Result, ExitCondition(L).ofTerminator(BB));
  return Result;
}

/// One parameter, void *, as pthread_create wants it.
static bool hasEntryShape(const Function &F) {
  if (F.arg_size() != 1 || F.isVarArg() ||
      !F.getArg(0)->getType()->isPointerTy())
    return false;
  const DISubprogram *SP = F.getSubprogram();
  if (!SP || !SP->getType() || SP->getType()->getTypeArray().size() != 2)
    return true;
  const DIType *Type = SP->getType()->getTypeArray()[1];
  auto StripNames = [](const DIType *T) {
    while (const auto *Derived = dyn_cast_or_null<DIDerivedType>(T)) {
      if (Derived->getTag() == dwarf::DW_TAG_pointer_type)
        break;
      T = Derived->getBaseType();
    }
    return T;
  };
  const auto *Pointer = dyn_cast_or_null<DIDerivedType>(StripNames(Type));
  return Pointer && !StripNames(Pointer->getBaseType());
}

/// create_thread(f, argument): what is called once and for long.
static bool isPassedToCall(const Function &F) {
  return any_of(F.uses(), [](const Use &U) {
    const auto *Call = dyn_cast<CallBase>(U.getUser());
    return Call && Call->isArgOperand(&U);
  });
}

static std::optional<LifelongReason> classify(Function &F, const LoopInfo &LI) {
  if (F.getName() == "main")
    return LifelongReason::Main;
  if (F.hasFnAttribute(abi::DSU_ATTR_LIFELONG))
    return LifelongReason::Listed;
  bool MayBeEntry =
      hasEntryShape(F) && (!F.hasLocalLinkage() || F.hasAddressTaken());
  // Some threads spend their life in a library's event loop.
  if (MayBeEntry && F.getReturnType()->isPointerTy() && isPassedToCall(F))
    return LifelongReason::Entry;
  for (const Loop *L : LI.getLoopsInPreorder()) {
    auto Exiting = exitingBlocks(*L);
    if (Exiting.empty())
      return LifelongReason::NoExit;
    if (!containsCall(*L))
      continue;
    if (MayBeEntry)
      return LifelongReason::Entry;
    // It goes on until somebody else sets a flag.
    if (dependenceOfExits(*L, Exiting) == ExitCondition::Flag)
      return LifelongReason::Flag;
  }
  return std::nullopt;
}

/// A loop that goes on until a call, or somebody else, says that it is over.
static bool hasServingLoop(const LoopInfo &LI) {
  return any_of(LI.getLoopsInPreorder(), [](const Loop *L) {
    if (!containsCall(*L))
      return false;
    auto Dependence = dependenceOfExits(*L, exitingBlocks(*L));
    return Dependence == ExitCondition::Flag ||
           Dependence == ExitCondition::Call;
  });
}

/// always_inline has no frame of its own.
static bool hasFrame(const Function &F) {
  return !F.isDeclaration() && !F.hasAvailableExternallyLinkage() &&
         !F.hasFnAttribute(Attribute::AlwaysInline);
}

/// Adds the functions that \p Caller calls to spend its life in.  What it calls
/// in a loop within a loop is done to each of several things, and returns.
static void addServed(Function &Caller, LifelongFunctions &Result) {
  DominatorTree CallerDT(Caller);
  LoopInfo CallerLI(CallerDT);
  for (Instruction &I : instructions(Caller)) {
    auto *Call = dyn_cast<CallBase>(&I);
    Function *F = Call ? Call->getCalledFunction() : nullptr;
    if (!F || !hasFrame(*F) || Result.Functions.count(F) ||
        CallerLI.getLoopDepth(Call->getParent()) > 1)
      continue;
    DominatorTree DT(*F);
    if (hasServingLoop(LoopInfo(DT)))
      Result.Functions.insert({F, LifelongReason::Served});
  }
}

LifelongFunctions LifelongAnalysis::run(Module &M, ModuleAnalysisManager &) {
  LifelongFunctions Result;
  for (Function &F : M) {
    if (!hasFrame(F))
      continue;
    DominatorTree DT(F);
    LoopInfo LI(DT);
    if (auto Reason = classify(F, LI))
      Result.Functions.insert({&F, *Reason});
  }
  // The list grows while it is walked.
  for (size_t N = 0; N != Result.Functions.size(); ++N)
    addServed(*Result.Functions.begin()[N].first, Result);
  return Result;
}

static StringRef reasonName(LifelongReason Reason) {
  switch (Reason) {
  case LifelongReason::Main:
    return "main";
  case LifelongReason::Listed:
    return "listed";
  case LifelongReason::NoExit:
    return "no-exit";
  case LifelongReason::Entry:
    return "entry";
  case LifelongReason::Flag:
    return "flag";
  case LifelongReason::Served:
    return "served";
  }
  llvm_unreachable("a reason without a name");
}

PreservedAnalyses LifelongPrinterPass::run(Module &M,
                                           ModuleAnalysisManager &AM) {
  OS << "lifelong functions of " << M.getSourceFileName() << ":\n";
  for (auto [F, Reason] : AM.getResult<LifelongAnalysis>(M).Functions)
    OS << "  " << F->getName() << ": " << reasonName(Reason) << "\n";
  return PreservedAnalyses::all();
}

static void keepThin(Function &F) {
  F.addFnAttr(abi::DSU_ATTR_LIFELONG);
  F.addFnAttr(Attribute::NoInline);
  for (BasicBlock &BB : F)
    for (Instruction &I : BB) {
      if (!isRealCall(I))
        continue;
      // Calls through pointers too: some become direct ones later.
      auto &Call = cast<CallBase>(I);
      if (!Call.hasFnAttr(Attribute::AlwaysInline))
        Call.addFnAttr(Attribute::NoInline);
    }
  hideCallees(F);
}

PreservedAnalyses ThinFramesPass::run(Module &M, ModuleAnalysisManager &AM) {
  const auto &Lifelong = AM.getResult<LifelongAnalysis>(M).Functions;
  for (auto [F, Reason] : Lifelong)
    keepThin(*F);
  return Lifelong.empty() ? PreservedAnalyses::all()
                          : PreservedAnalyses::none();
}

} // namespace dsu
