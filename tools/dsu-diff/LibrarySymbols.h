//===- LibrarySymbols.h - what the dynamic linker will find -----*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What new code uses and the old program does not even declare, the dynamic
// linker has to find when the patch is loaded: in the executable's exported
// symbols or in the libraries that it names, directly and indirectly.  Not
// there is what a static library (libc_nonshared.a, libgcc.a, one of the
// project's own) would have added to a fresh link.  Such a patch would be
// refused by the process; here the function can be named while something can
// still be done about it.
//
// Libraries are looked for as the dynamic linker does it, but on this machine
// and without its environment.  If one is not found, nothing can be said.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_LIBRARYSYMBOLS_H
#define DSU_TOOLS_DIFF_LIBRARYSYMBOLS_H

#include "RuntimeABI.h"

#include "llvm/ADT/StringRef.h"

#include <set>
#include <string>

namespace dsu {

class LibrarySymbols {
public:
  /// Reads the executable \p Path, which must carry \p Identity, and its
  /// libraries.
  LibrarySymbols(llvm::StringRef Path, const ImageID &Identity);

  /// Why nothing can be said of what is not provided; empty if it can.
  const std::string &unknown() const { return Unknown; }

  /// Whether the file is the right one; then naming another is no help.
  bool belongs() const { return Belongs; }

  bool provides(const std::string &Name) const { return Exported.count(Name); }

  /// In the executable, but out of the dynamic linker's sight.
  bool hides(const std::string &Name) const { return Hidden.count(Name); }

private:
  void readLibraries(llvm::StringRef Path);

  std::string Unknown;
  bool Belongs = false;
  std::set<std::string> Exported, Hidden;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_LIBRARYSYMBOLS_H
