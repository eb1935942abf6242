//===- Update.h - from two programs to a patch ------------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of things in dsu-diff:
//
//   load       both program files; whatever makes a comparison meaningless
//              (other ABI, compiler, flags, target) is bad input
//   compare    types and globals as read; then function bodies and initial
//              values, optimized and in source
//   judge      what was found against what an update can do
//   make       the patch and the program file from which the next one is made
//
// Comparing consumes its modules, so the new program is read once more for the
// patch, into a context of its own.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_UPDATE_H
#define DSU_TOOLS_DIFF_UPDATE_H

#include "FunctionChanges.h"
#include "LibrarySymbols.h"
#include "ProgramFile.h"
#include "Report.h"
#include "RunningProgram.h"
#include "SourceTrees.h"
#include "StaticLocals.h"
#include "UnitPairs.h"

#include "llvm/IR/LLVMContext.h"

#include <memory>
#include <set>
#include <string>

namespace dsu {

struct UpdateOptions {
  std::string OldFile, NewFile;
  std::string Output;    ///< fix.dsu.so
  std::string Linker;    ///< empty: found
  std::string OldBinary; ///< empty: OldFile without .dsu.bc if it fits;
                         ///< "none": judge functions as a whole
  std::string OldVersion, NewVersion;  ///< --version-strings
  std::set<std::string> AcceptedTypes; ///< --accept-type
  std::set<std::string> KeptValues;    ///< --keep-value
  std::set<std::string> NewVariables;  ///< --new-variable
  std::set<std::string> KeptFunctions; ///< --keep-removed
  std::set<std::string> NewConstants;  ///< --new-constant
  bool IgnoreConstructors = false;
  bool StaticLocalsByOrder = false;
};

class Update {
public:
  explicit Update(UpdateOptions Options) : Options(std::move(Options)) {}

  /// Reads and compares.  An error is bad input.
  llvm::Error analyze();

  /// Writes the patch and the program file beside it.
  llvm::Error make();

  const Report &report() const { return Result; }

private:
  llvm::Error load();
  llvm::Error compareSources();
  void compareConstructors();
  void judgeConstant(const std::string &Key, const llvm::GlobalVariable &New);
  void judgeFunctions();
  void judgeFunction(const std::string &Key, const FunctionChange &Change);
  void addRow(const std::string &Key, const FunctionChange *Code,
              const FunctionChange *Source);
  void collectRows();
  void collectContents();
  llvm::Error judgeCallSites();
  /// The binary that belongs to OLD.dsu.bc stands beside it.
  std::string binaryPath() const;
  void judgeImports();
  bool judgeSymbols(const std::set<std::string> &Names);
  bool goesOn(const std::string &Key) const;
  void noteBlocking(const FunctionRow &Row);
  llvm::Error checkDecisions() const;
  void claimLabelTables();
  void judgeLabels();
  void judgeNames();
  void judgeAliases();
  void judgeLifelong();
  void judgeCoupled();
  void decide();
  llvm::Error writeNextProgram(llvm::StringRef Path, Program &Next);

  UpdateOptions Options;
  Report Result;

  llvm::LLVMContext Context;
  Program Old, New;
  std::vector<std::unique_ptr<llvm::Module>> OldUnits, NewUnits;
  std::unique_ptr<RunningProgram> Running, Fresh; ///< index of old and new
  std::unique_ptr<FunctionChanges> Code, Source;
  VersionStrings Versions;
  std::unique_ptr<SourceTrees> Trees;
  std::unique_ptr<UnitPairs> Units;
  std::unique_ptr<StaticLocals> Statics;
  std::unique_ptr<LibrarySymbols> Libraries;
  bool UncheckedSymbols = false;
  bool HaveBinary = false; ///< call sites of what runs are known
  PatchContents Contents;
  std::set<std::string> UpdatableOld, UpdatableNew;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_UPDATE_H
