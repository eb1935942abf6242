//===- Findings.h - what stands in the way of an update ---------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every check of dsu-diff reports into one list.  The verdict, and with it the
// exit status, is the worst severity in it.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_FINDINGS_H
#define DSU_TOOLS_DIFF_FINDINGS_H

#include <string>
#include <utility>
#include <vector>

namespace dsu {

struct Finding {
  enum SeverityType {
    Note,     ///< worth knowing
    Decision, ///< the user has to say what to do
    Refusal,  ///< cannot be applied to a running program
  } Severity;
  std::string Code;    ///< stable, for programs: "struct-layout", ...
  std::string Subject; ///< function, type or variable
  std::string Text;    ///< one sentence, without place and remedy
  std::string Place;   ///< file:line, empty if unknown
  std::string Remedy;  ///< what the user can do, empty for notes
};

/// An option as the user has to type it: identities have semicolons in them.
inline std::string asTyped(const std::string &Option, const std::string &Name) {
  const bool Plain =
      Name.find_first_of(" ;#'\"$&()<>*?[]{}|~`\\!") == std::string::npos;
  return Option + "=" + (Plain ? Name : "'" + Name + "'");
}

class Findings {
public:
  void add(Finding F) { List.push_back(std::move(F)); }
  const std::vector<Finding> &all() const { return List; }

  bool has(Finding::SeverityType Severity) const {
    for (const Finding &F : List)
      if (F.Severity == Severity)
        return true;
    return false;
  }

private:
  std::vector<Finding> List;
};

} // namespace dsu

#endif // DSU_TOOLS_DIFF_FINDINGS_H
