//===- Report.h - what dsu-diff tells ---------------------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The result of a comparison as data, and its two forms: text for a terminal,
// JSON for programs (schema in docs/report.md).  The verdict comes first in
// both and decides the exit status.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_REPORT_H
#define DSU_TOOLS_DIFF_REPORT_H

#include "BodyComparison.h"
#include "Findings.h"
#include "GlobalChanges.h"
#include "PatchModule.h"

#include "llvm/Support/raw_ostream.h"

#include <set>
#include <string>
#include <vector>

namespace dsu {

/// The numbers are dsu-diff's exit statuses.
enum class Verdict {
  Applicable = 0,
  Nothing = 1,
  NeedsDecision = 2,
  Impossible = 3,
  BadInput = 4,
};

/// A function that differs in one of the comparisons.
struct FunctionRow {
  std::string Name;  ///< identity
  std::string Place; ///< file:line in the new version, old if removed
  /// "changed", "added", "removed", "same" or "absent" (inlined everywhere).
  std::string Code, Source;
  std::string OldSignature, NewSignature; ///< only if they differ
  bool Lifelong = false;
  /// How frames of it are judged: "function", or "call site" with the number
  /// of those that may stay.
  std::string Granularity;
  std::string WholeBecause;       ///< why "function", if there is more to say
  std::set<unsigned> MovingLines; ///< of calls in which no frame may stay
  std::set<std::string> Blocking; ///< calls in which no frame may stay, and
                                  ///< threads may wait without end
  unsigned StayingSites = 0, Sites = 0;
};

/// A function that counts as unchanged in spite of some differences.
struct PassedOverRow {
  std::string Name, Place;
  std::vector<PassedOver> Differences;
};

struct Report {
  Verdict Result = Verdict::Applicable;
  std::string OldFile, NewFile, Output;
  std::string OldIdentity, NewIdentity; ///< hex; New: what the patch makes
  std::string Level;                    ///< "activeness" or "rest"
  std::string OldVersion, NewVersion;   ///< of the program, if known
  unsigned Replaced = 0, Added = 0, Removed = 0;
  std::vector<FunctionRow> Functions;
  std::vector<PassedOverRow> Ignored;
  std::vector<GlobalChange> Globals;
  std::vector<ElementEdit> Edits;
  Findings Found;

  void printText(llvm::raw_ostream &OS) const;
  void printJSON(llvm::raw_ostream &OS) const;
};

/// The verdict as a word for programs and as a sentence for people.
llvm::StringRef verdictName(Verdict V);
llvm::StringRef verdictSentence(Verdict V);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_REPORT_H
