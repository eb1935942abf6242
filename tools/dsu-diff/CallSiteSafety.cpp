//===- CallSiteSafety.cpp - frames that may stay --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CallSiteSafety.h.
//
//===----------------------------------------------------------------------===//

#include "CallSiteSafety.h"

#include "RemainingCode.h"

using namespace llvm;

namespace dsu {

SiteSummary findStayingSites(const std::string &Key,
                             const FunctionChange &Change,
                             const BodyComparison &Bodies, OldBinary &Binary,
                             std::vector<StayingSite> &Into) {
  SiteSummary Summary;
  const DISubprogram *Subprogram = Change.Old->getSubprogram();
  if (!Subprogram)
    return Summary;
  const std::vector<OldBinary::CallReturn> Returns =
      Binary.callReturns(*Subprogram);
  if (Returns.empty())
    return Summary;
  const std::vector<bool> Stays =
      findStayingCalls(*Change.Old, *Change.New, Bodies);
  Summary.Known = true;
  for (const OldBinary::CallReturn &Return : Returns) {
    ++Summary.Sites;
    if (Return.Number >= Stays.size() || !Stays[Return.Number])
      continue;
    ++Summary.Staying;
    Into.push_back({Key, Return.Offset});
  }
  return Summary;
}

} // namespace dsu
