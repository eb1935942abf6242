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
// A frame that stays may still be there when the next patch comes.  So each
// entry also tells the number of the call site in the old version and of its
// opposite in the new one: the runtime follows the numbers from patch to patch.
// For that, call sites of lifelong functions are listed, too, whose return
// address is not known here, and those of lifelong functions that do not
// change: the binary that the next patch is made from does not have their
// bodies.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_CALLSITESAFETY_H
#define DSU_TOOLS_DIFF_CALLSITESAFETY_H

#include "FunctionChanges.h"
#include "OldBinary.h"
#include "PatchModule.h"

#include <set>

namespace dsu {

struct SiteSummary {
  bool Known = false; ///< return addresses of the body are known
  unsigned Calls = 0; ///< in the old version
  unsigned Sites = 0, Staying = 0;
  /// What may wait without end and is called where no frame may stay.
  std::set<std::string> Blocking;
  std::set<unsigned> MovingLines; ///< of the calls where no frame may stay
};

/// Call sites of the replaced function \p Key whose frames may stay are
/// appended to \p Into.
SiteSummary findStayingSites(const std::string &Key,
                             const FunctionChange &Change,
                             const BodyComparison &Bodies, OldBinary &Binary,
                             std::vector<SiteEntry> &Into);

/// All call sites of a function that goes on as it is.
void listCalls(const std::string &Key, llvm::Function &F, OldBinary &Binary,
               std::vector<SiteEntry> &Into);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_CALLSITESAFETY_H
