//===- FunctionChanges.h - which functions differ ---------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One comparison of all functions of two versions, used for both questions of
// design §5: over the un-inlined units it tells what the programmer changed,
// over the optimized programs what has to be replaced.
//
// The modules are changed on the way (globals replaced by representatives) and
// are good for nothing but reading afterwards.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_FUNCTIONCHANGES_H
#define DSU_TOOLS_DIFF_FUNCTIONCHANGES_H

#include "BodyComparison.h"
#include "Correspondence.h"

#include <map>
#include <memory>

namespace dsu {

struct FunctionChange {
  enum StatusType { Same, Changed, Added, Removed } Status = Same;
  llvm::Function *Old = nullptr;
  llvm::Function *New = nullptr;
  std::vector<PassedOver> Ignored; // with Same only
};

class FunctionChanges {
public:
  FunctionChanges(Correspondence::ModuleList Old,
                  Correspondence::ModuleList New,
                  Correspondence::Strictness How,
                  const VersionStrings &Versions);

  using Map = std::map<std::string, FunctionChange>;
  const Map &all() const { return Changes; }
  const FunctionChange *find(const std::string &Key) const;

  const Correspondence &correspondence() const { return *Pairs; }

private:
  void spreadFromUnidentified();

  std::unique_ptr<Correspondence> Pairs;
  Map Changes;
};

/// A module in the form in which bodies are compared: without attachments that
/// have no influence on code, debug information out of the instruction stream.
void prepareForComparison(llvm::Module &M);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_FUNCTIONCHANGES_H
