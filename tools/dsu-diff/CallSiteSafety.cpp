//===- CallSiteSafety.cpp - frames that may stay --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CallSiteSafety.h.
//
//===----------------------------------------------------------------------===//

#include "CallSiteSafety.h"

#include "CallSites.h"
#include "RemainingCode.h"

using namespace llvm;

namespace dsu {

SiteSummary findStayingSites(const std::string &Key,
                             const FunctionChange &Change,
                             const BodyComparison &Bodies, OldBinary &Binary,
                             std::vector<SiteEntry> &Into) {
  SiteSummary Summary;
  const size_t Before = Into.size();
  const bool Lifelong = Change.Old->hasFnAttribute(abi::DSU_ATTR_LIFELONG);
  std::vector<OldBinary::CallReturn> Returns;
  if (const DISubprogram *Subprogram = Change.Old->getSubprogram())
    Returns = Binary.callReturns(*Subprogram);
  if (Returns.empty() && !Lifelong)
    return Summary;
  const std::vector<std::optional<unsigned>> Opposites =
      findStayingCalls(*Change.Old, *Change.New, Bodies);
  std::vector<bool> Located(Opposites.size());
  auto Add = [&](uint32_t Offset, unsigned Call) {
    Into.push_back({Key, Offset, Call + 1, *Opposites[Call] + 1});
  };
  Summary.Known = true;
  for (const OldBinary::CallReturn &Return : Returns) {
    ++Summary.Sites;
    if (Return.Number >= Opposites.size() || !Opposites[Return.Number])
      continue;
    ++Summary.Staying;
    Located[Return.Number] = true;
    Add(Return.Offset, Return.Number);
  }
  for (unsigned Call = 0; Lifelong && Call != Opposites.size(); ++Call)
    if (Opposites[Call] && !Located[Call])
      Add(0, Call);
  if (Returns.empty()) {
    Summary.Sites = Opposites.size();
    Summary.Staying = Into.size() - Before;
  }
  return Summary;
}

void listCalls(const std::string &Key, Function &F, OldBinary &Binary,
               std::vector<SiteEntry> &Into) {
  const DISubprogram *Subprogram = F.getSubprogram();
  if (!Subprogram)
    return;
  const size_t Calls = callSites(F).size();
  for (const OldBinary::CallReturn &Return : Binary.callReturns(*Subprogram))
    if (Return.Number < Calls)
      Into.push_back(
          {Key, Return.Offset, Return.Number + 1, Return.Number + 1});
}

} // namespace dsu
