//===- CallSiteSafety.h - frames that may stay ------------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Joins what the comparison knows of calls (RemainingCode) with what the
// running binary says of return addresses (OldBinary) into the table of frames
// that do not block an update.  Without a binary, or where one of the two
// cannot tell, a function is judged as a whole.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_CALLSITESAFETY_H
#define DSU_TOOLS_DIFF_CALLSITESAFETY_H

#include "FunctionChanges.h"
#include "OldBinary.h"
#include "PatchModule.h"

namespace dsu {

struct SiteSummary {
  bool Known = false; ///< return addresses of the body are known
  unsigned Sites = 0, Staying = 0;
};

/// Call sites of the replaced function \p Key whose frames may stay are
/// appended to \p Into.
SiteSummary findStayingSites(const std::string &Key,
                             const FunctionChange &Change,
                             const BodyComparison &Bodies, OldBinary &Binary,
                             std::vector<StayingSite> &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_CALLSITESAFETY_H
