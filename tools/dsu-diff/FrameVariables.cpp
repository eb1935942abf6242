//===- FrameVariables.cpp - what a frame's values mean at a call ----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See FrameVariables.h.
//
//===----------------------------------------------------------------------===//

#include "FrameVariables.h"

#include "DebugTypes.h"

#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;

namespace dsu {

/// The address of a variable that lives in memory, null if it is not known or
/// the record says what the variable is.  What is stored there may be changed
/// by others that have the address, and counts for nothing.
static const Value *homeOf(DbgVariableRecord &Record) {
  if (Record.isDbgAssign() && !Record.isKillAddress())
    return Record.getAddress();
  if (Record.getNumVariableLocationOps() != 1)
    return nullptr;
  const Value *Location = Record.getVariableLocationOp(0);
  const DIExpression *Expression = Record.getExpression();
  const bool Behind = Expression->getNumElements() == 1 &&
                      Expression->getElement(0) == dwarf::DW_OP_deref;
  return Record.isDbgDeclare() || (Behind && isa<AllocaInst>(Location))
             ? Location
             : nullptr;
}

static bool isInlined(const DbgVariableRecord &Record) {
  return Record.getDebugLoc().getInlinedAt();
}

FrameVariables::FrameVariables(const Function &F) {
  for (const Instruction &I : instructions(F))
    for (DbgVariableRecord &Record : filterDbgVars(I.getDbgRecordRange()))
      if (const Value *Home = isInlined(Record) ? nullptr : homeOf(Record))
        Homes[Home].insert(Record.getVariable());
  solve(F);
}

/// Whatever a record says ends what was known before.
void FrameVariables::readRecords(const Instruction &I, State &Into) const {
  for (DbgVariableRecord &Record : filterDbgVars(I.getDbgRecordRange())) {
    if (isInlined(Record) || Record.getVariable()->isArtificial())
      continue; // the length of an array has a name of clang's
    const bool Plain = !homeOf(Record) &&
                       Record.getNumVariableLocationOps() == 1 &&
                       Record.getExpression()->getNumElements() == 0;
    const Value *V = Plain ? Record.getVariableLocationOp(0) : nullptr;
    Into[Record.getVariable()] = V && !isa<Constant>(V) ? V : nullptr;
  }
}

/// What all predecessors that have been seen agree on.
FrameVariables::State FrameVariables::atEntry(const BasicBlock &BB) const {
  State Entry;
  bool First = true;
  for (const BasicBlock *From : predecessors(&BB)) {
    auto Exit = Exits.find(From);
    if (Exit == Exits.end())
      continue;
    if (First)
      Entry = Exit->second;
    First = false;
    for (auto &[Variable, V] : Entry) {
      auto Other = Exit->second.find(Variable);
      if (Other == Exit->second.end() || Other->second != V)
        V = nullptr;
    }
    // Not known on one way is not known.
    for (const auto &[Variable, V] : Exit->second)
      Entry.try_emplace(Variable, nullptr);
  }
  return Entry;
}

/// Values only get lost from round to round, so it ends.
void FrameVariables::solve(const Function &F) {
  const ReversePostOrderTraversal<const Function *> Order(&F);
  for (bool Changed = true; Changed;) {
    Changed = false;
    for (const BasicBlock *BB : Order) {
      State Now = atEntry(*BB);
      for (const Instruction &I : *BB)
        readRecords(I, Now);
      auto [It, Fresh] = Exits.try_emplace(BB);
      if (Fresh || It->second != Now) {
        It->second = std::move(Now);
        Changed = true;
      }
    }
  }
}

static std::string nameOf(const DILocalVariable &Variable, bool InMemory) {
  unsigned Depth = 0;
  for (const DIScope *S = Variable.getScope();
       isa_and_nonnull<DILexicalBlockBase>(S); S = S->getScope())
    ++Depth;
  return Variable.getName().str() + ":" + typeName(Variable.getType()) + ":" +
         std::to_string(Depth) + (InMemory ? "&" : "");
}

FrameVariables::NameTable FrameVariables::at(const CallBase &Call) const {
  // The scopes of the function itself that the call lies in.
  std::set<const DIScope *> Scopes;
  const DILocation *Location = Call.getDebugLoc();
  while (Location && Location->getInlinedAt())
    Location = Location->getInlinedAt();
  for (const DIScope *S = Location ? Location->getScope() : nullptr; S;
       S = isa<DILexicalBlockBase>(S) ? S->getScope() : nullptr)
    Scopes.insert(S);

  State Now = atEntry(*Call.getParent());
  for (const Instruction &I : *Call.getParent()) {
    readRecords(I, Now);
    if (&I == &Call)
      break;
  }
  NameTable Table;
  for (const auto &[Variable, V] : Now)
    if (V && Scopes.count(Variable->getScope()))
      Table[V].insert(nameOf(*Variable, false));
  for (const auto &[Address, Variables] : Homes)
    for (const DILocalVariable *Variable : Variables)
      if (Scopes.count(Variable->getScope()))
        Table[Address].insert(nameOf(*Variable, true));
  return Table;
}

} // namespace dsu
