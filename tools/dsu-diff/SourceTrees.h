//===- SourceTrees.h - two versions in two directories ----------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Internal definitions are known by their source file as the compiler was told
// it.  If that was by an absolute name, or as v1/a.c from above both trees,
// then without DSU_ROOT the same file of v1/ and v2/ has two names, and all
// that is internal would be removed and added, its state lost.
//
// Two names that end alike speak for a pair of trees, what is left of them
// without the common end.  The pair that most names speak for is taken, if it
// is the only one, and neither version has a file in the other's tree (of
// relative names: nor any file under its old name, since files move within a
// project).  The new version's files then get the names of the old one's, and
// the report says so.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_SOURCETREES_H
#define DSU_TOOLS_DIFF_SOURCETREES_H

#include "Findings.h"
#include "ProgramFile.h"

#include <string>

namespace dsu {

class SourceTrees {
public:
  SourceTrees(const Program &Old, const Program &New, Findings &Into);

  /// Whether the names of the new program are right as they are.
  bool empty() const { return !Any; }

  /// Renames in the new program: all but its units.
  void apply(Program &P) const;

  /// Renames in the units.  An error if one of them is damaged.
  llvm::Error applyToUnits(Program &P) const;

private:
  bool rename(std::string &Source) const;
  bool renameIdentities(llvm::Module &M) const;
  void renameUnits(llvm::Module &M) const;

  bool Any = false; ///< whether there are two trees
  std::string From; ///< the new version's, with a slash at its end, or empty
  std::string To;   ///< the old one's
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_SOURCETREES_H
