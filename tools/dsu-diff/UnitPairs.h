//===- UnitPairs.h - units of one source name -------------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two units of a program can have the same source name: a/u.c and b/u.c, each
// compiled in its own directory, or one file compiled twice.  Their internal
// identities differ by a number, which the link gives them by its order
// (Identity.h).  Another order, or one more such unit in front, shifts the
// numbers, and state would be handed to the wrong unit.  So the numbers are not
// believed; units of one name are paired by what they are:
//
//   the same bytes                     nothing changed
//   external definitions in common     a name has only one definition
//   the same directory, as seen from   the sources' place may be another
//   the program's common one
//   the same names defined             for want of anything better
//
// in this order, and only if each is the other's best partner.  The new version
// takes over the numbers of the old one; a unit that is only new gets one that
// nobody has.  If there are units without partner on both sides, they may or
// may not be the same: refused.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_UNITPAIRS_H
#define DSU_TOOLS_DIFF_UNITPAIRS_H

#include "Findings.h"
#include "ProgramFile.h"

#include <map>
#include <string>

namespace dsu {

/// "file;name#2.clone.17" in pieces.
struct IdentityParts {
  llvm::StringRef Source, Name, Tail;
  unsigned Number = 1;
};

/// False for the identity of something external.
bool splitIdentity(llvm::StringRef Identity, IdentityParts &Parts);

/// The source name under which the link has numbered the unit.
llvm::StringRef unitSource(const llvm::Module &Unit);

/// The unit's number, 0 if nothing in it has one.
unsigned unitNumber(const llvm::Module &Unit);

class UnitPairs {
public:
  UnitPairs(const Program &Old, const Program &New, Findings &Into);

  /// Whether the identities of the new program are right as they are.
  bool empty() const { return Renumbered.empty(); }

  /// Gives the definitions of \p M (the new program or one of its units) their
  /// identities; true if any changed.
  bool apply(llvm::Module &M) const;

private:
  /// The old program's number for each of the new one, by source.
  std::map<std::string, std::map<unsigned, unsigned>> Renumbered;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_UNITPAIRS_H
