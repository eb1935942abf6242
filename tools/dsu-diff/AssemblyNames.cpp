//===- AssemblyNames.cpp - symbols that assembly names --------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See AssemblyNames.h.
//
//===----------------------------------------------------------------------===//

#include "AssemblyNames.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace dsu {

static bool isSymbolCharacter(char C) {
  return isAlnum(C) || C == '_' || C == '.';
}

/// A word that \p M defines, behind the first one, which is the instruction:
/// programs call functions `cpuid` or `pause`.
static std::string namedInStatement(StringRef Statement, const Module &M) {
  bool First = true;
  for (size_t At = 0; At < Statement.size();) {
    const size_t From = At;
    while (At < Statement.size() && isSymbolCharacter(Statement[At]))
      ++At;
    const StringRef Word = Statement.slice(From, At);
    if (Word.empty()) {
      ++At;
      continue;
    }
    const bool IsRegister = From && Statement[From - 1] == '%';
    const GlobalValue *GV =
        IsRegister || First ? nullptr : M.getNamedValue(Word);
    if (GV && !GV->isDeclaration())
      return Word.str();
    const bool IsLabel = At < Statement.size() && Statement[At] == ':';
    First &= Word == "lock" || Word.starts_with("rep") || IsLabel;
  }
  return {};
}

std::string namedInAssembly(const Function &F) {
  for (const Instruction &I : instructions(F)) {
    const auto *Call = dyn_cast<CallBase>(&I);
    const auto *Asm =
        Call ? dyn_cast<InlineAsm>(Call->getCalledOperand()) : nullptr;
    if (!Asm)
      continue;
    SmallVector<StringRef, 8> Statements;
    StringRef(Asm->getAsmString()).split(Statements, '\n');
    for (StringRef Line : Statements) {
      SmallVector<StringRef, 4> Parts;
      Line.split(Parts, ';');
      for (StringRef Part : Parts)
        if (std::string Name = namedInStatement(Part, *F.getParent());
            !Name.empty())
          return Name;
    }
  }
  return {};
}

} // namespace dsu
