//===- VersionStrings.h - literals that only carry the version --*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Almost every release of a program changes its version, and with it string
// literals all over the code.  Such literals need not replace the functions
// that use them.  But "TLSv1.0" that becomes "TLSv1.2" looks the same and may
// be the very fix, so nothing is guessed from numbers alone.  The pair of
// versions is known only if
//
//  * the user states it (--version-strings=OLD,NEW), or
//  * v1 has a literal "NAME OLD" and v2 a literal "NAME NEW", whole texts,
//    NAME the program's own name (autoconf's PACKAGE_STRING), each with one
//    version at most, and v1's version is absent from v2's literals of that
//    form and the other way round.
//
// Versions that the program announces itself are believed where it announces
// them: two literals differ only by the version if each OLD that became NEW
// stands, as a whole token (no digit, letter or dot-digit next to it), behind
// the name as it is announced ("NAME OLD"), or is the whole literal.  Another
// number that is the same by chance ("HTTP/1.0" of "NAME 1.0") is none.  A
// literal that is nothing but a version of two numbers is in doubt, and so a
// change: protocols have such versions, too.
//
// Versions that the user states count everywhere but behind a slash, where
// protocols have theirs.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_VERSIONSTRINGS_H
#define DSU_TOOLS_DIFF_VERSIONSTRINGS_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace llvm {
class Module;
class Value;
} // namespace llvm

namespace dsu {

class VersionStrings {
public:
  VersionStrings() = default;
  VersionStrings(std::string Old, std::string New)
      : Old(std::move(Old)), New(std::move(New)) {}

  /// Looks for PACKAGE_STRING literals of the program \p Name.
  static VersionStrings detect(const llvm::Module &Old, const llvm::Module &New,
                               llvm::StringRef Name);

  /// The same, with "NAME " as it stands before the version.
  VersionStrings(std::string Old, std::string New, std::string Prefix)
      : Old(std::move(Old)), New(std::move(New)), Prefix(std::move(Prefix)) {}

  bool known() const { return !Old.empty() && !New.empty() && Old != New; }
  llvm::StringRef oldVersion() const { return Old; }
  llvm::StringRef newVersion() const { return New; }

  /// Whether \p TextNew is \p TextOld with the version replaced.
  bool differOnlyByVersion(llvm::StringRef TextOld,
                           llvm::StringRef TextNew) const;

private:
  bool isAnnounced(llvm::StringRef Text, size_t At) const;

  std::string Old, New;
  std::string Prefix; ///< "NAME " of the announcement; empty: the user's word
};

/// The text of a string literal (an anonymous constant that ends in NUL and
/// has none before), false if \p V is none.
bool getLiteral(const llvm::Value *V, llvm::StringRef &Text);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_VERSIONSTRINGS_H
