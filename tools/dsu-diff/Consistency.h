//===- Consistency.h - changes that belong together -------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activeness sees each changed function for itself.  It does not see that two
// of them belong together around a function that did not change: if `enter` and
// `leave` both change what they do to a counter, a thread between them, inside
// their unchanged caller, would enter by the old code and leave by the new.
//
// Such pairs are looked for: two replaced functions that an unchanged function
// calls both, and that share a global which one of them writes, or of which one
// takes a lock and the other releases one.  The patch names the caller, whose
// frames then forbid the update as those of changed functions do.
//
// This is a heuristic in one direction: it may make an update wait without need,
// and state that is shared through pointers only it cannot see.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_CONSISTENCY_H
#define DSU_TOOLS_DIFF_CONSISTENCY_H

#include "FunctionChanges.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace dsu {

/// Two replaced functions that belong together.
struct CoupledPair {
  std::string First, Second, Caller;
  std::string Shared; ///< in words: "the variable 'x'"
};

class Consistency {
public:
  Consistency(const FunctionChanges &Code,
              const std::set<std::string> &Replaced);
  ~Consistency();

  /// For every function that does not change and calls a coupled pair, the
  /// first such pair.
  std::vector<CoupledPair> findCoupled() const;

  /// A replaced function that shares state with \p Key, or with another one
  /// that \p Key calls; empty if there is none.  A frame of \p Key that stays
  /// has run old code, and what it calls next is new.
  std::string findPartner(const std::string &Key) const;

private:
  struct Effects;

  void findCallers();
  std::optional<CoupledPair> pairAmong(const std::set<std::string> &Keys,
                                       const std::string &Caller) const;

  const FunctionChanges &Code;
  const std::set<std::string> &Replaced;
  std::map<std::string, Effects> Known; ///< of all replaced functions
  /// Replaced functions by who calls them, in either version.
  std::map<std::string, std::set<std::string>> CalledBy;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_CONSISTENCY_H
