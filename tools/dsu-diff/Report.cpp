//===- Report.cpp - what dsu-diff tells -----------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Report.h.
//
//===----------------------------------------------------------------------===//

#include "Report.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace dsu {

StringRef verdictName(Verdict V) {
  switch (V) {
  case Verdict::Applicable:
    return "applicable";
  case Verdict::Nothing:
    return "nothing-to-do";
  case Verdict::NeedsDecision:
    return "needs-decision";
  case Verdict::Impossible:
    return "cannot-be-applied-live";
  case Verdict::BadInput:
    return "bad-input";
  }
  llvm_unreachable("all verdicts are listed");
}

StringRef verdictSentence(Verdict V) {
  switch (V) {
  case Verdict::Applicable:
    return "can be applied live";
  case Verdict::Nothing:
    return "nothing to do: both versions are the same code and data";
  case Verdict::NeedsDecision:
    return "needs a decision; no patch was made";
  case Verdict::Impossible:
    return "cannot be applied live; no patch was made";
  case Verdict::BadInput:
    return "bad input";
  }
  llvm_unreachable("all verdicts are listed");
}

static StringRef severityName(Finding::SeverityType Severity) {
  switch (Severity) {
  case Finding::Note:
    return "note";
  case Finding::Decision:
    return "decision";
  case Finding::Refusal:
    return "refusal";
  }
  llvm_unreachable("all severities are listed");
}

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

static std::string plural(unsigned N, StringRef Noun) {
  return std::to_string(N) + " " + Noun.str() + (N == 1 ? "" : "s");
}

/// Why a function is in the list, for people.
static std::string explain(const FunctionRow &Row) {
  if (Row.Code == "absent")
    return Row.Source +
           " in source, part of its callers (if any) in optimized code";
  if (Row.Source == "same" || Row.Source == "absent")
    return "optimized code only (inlining and what follows from it)";
  return "in source";
}

/// A column of a table; what is longer than its column still ends in a space.
static std::string column(StringRef Text, size_t Width) {
  std::string Cell = Text.str();
  Cell.resize(std::max(Width, Cell.size() + 1), ' ');
  return Cell;
}

static void printFunctions(raw_ostream &OS,
                           const std::vector<FunctionRow> &Rows) {
  if (Rows.empty())
    return;
  OS << "\nFunctions\n";
  size_t Width = 0;
  for (const FunctionRow &Row : Rows)
    Width = std::max(Width, Row.Name.size());
  Width = std::min<size_t>(Width, 48);
  for (const FunctionRow &Row : Rows) {
    OS << "  " << column(Row.Code == "absent" ? "inlined" : Row.Code, 9)
       << column(Row.Name, Width + 2) << column(Row.Place, 24) << ' '
       << explain(Row) << '\n';
    if (!Row.OldSignature.empty())
      OS << "           signature: " << Row.OldSignature << "  ->  "
         << Row.NewSignature << '\n';
    if (Row.Lifelong && Row.Code == "changed")
      OS << "           on a stack for the thread's whole life\n";
    if (Row.Granularity == "call site")
      OS << "           " << Row.StayingSites << " of "
         << plural(Row.Sites, "call site") << " may stay on a stack\n";
    if (!Row.WholeBecause.empty())
      OS << "           may not be on a stack at all: " << Row.WholeBecause
         << '\n';
  }
}

static void printFindings(raw_ostream &OS, const Findings &Found,
                          Finding::SeverityType Severity, StringRef Title) {
  if (!Found.has(Severity))
    return;
  OS << '\n' << Title << '\n';
  for (const Finding &F : Found.all()) {
    if (F.Severity != Severity)
      continue;
    OS << "  ";
    if (!F.Place.empty())
      OS << F.Place << ": ";
    OS << F.Text << '\n';
    if (!F.Remedy.empty())
      OS << "    => " << F.Remedy << '\n';
  }
}

/// Functions that no thread may run at all, and that none ever leaves, and
/// calls in which idle threads are.
static void printBlockers(raw_ostream &OS, const Report &R) {
  std::vector<std::string> Blockers;
  for (const FunctionRow &Row : R.Functions)
    if (Row.Lifelong && Row.Code == "changed" && !Row.StayingSites)
      Blockers.push_back("runs '" + Row.Name + "'");
    else
      for (const std::string &Callee : Row.Blocking)
        Blockers.push_back("waits in '" + Row.Name + "' for '" + Callee + "'");
  if (R.Result == Verdict::Applicable && !Blockers.empty())
    OS << ", but not while a thread " << join(Blockers, " or ");
  OS << '\n';
}

void Report::printText(raw_ostream &OS) const {
  OS << OldFile << " -> " << NewFile << ": " << verdictSentence(Result);
  printBlockers(OS, *this);
  if (Replaced || Added || Removed)
    OS << plural(Replaced, "function") << " replaced, " << Added << " added, "
       << Removed << " removed\n";
  printFindings(OS, Found, Finding::Refusal, "Why it is refused");
  printFindings(OS, Found, Finding::Decision, "To be decided");
  printFunctions(OS, Functions);
  if (!Globals.empty()) {
    OS << "\nGlobals\n";
    for (const GlobalChange &Change : Globals)
      OS << "  " << column(Change.Name, 32) << ' ' << Change.What
         << (Change.Place.empty() ? "" : "  " + Change.Place) << '\n';
  }
  if (!Edits.empty()) {
    OS << "\nInitial values (set unless the program has changed it or its "
          "struct)\n";
    for (const ElementEdit &Edit : Edits)
      OS << "  " << Edit.Element << ": " << Edit.OldShown << " -> "
         << Edit.NewShown << '\n';
  }
  if (!Ignored.empty()) {
    OS << "\nPassed over (counted as unchanged)\n";
    for (const PassedOverRow &Row : Ignored) {
      OS << "  " << Row.Name << ':';
      const char *Separator = "";
      for (const PassedOver &P : Row.Differences) {
        OS << Separator
           << (P.Kind == PassedOver::Line ? " __LINE__ " : " version ")
           << (P.Kind == PassedOver::Line ? P.Old : "\"" + P.Old + "\"")
           << " -> "
           << (P.Kind == PassedOver::Line ? P.New : "\"" + P.New + "\"");
        Separator = ",";
      }
      OS << '\n';
    }
  }
  printFindings(OS, Found, Finding::Note, "Notes");
  if (Result == Verdict::Applicable)
    OS << "\nConsistency level: " << Level << '\n'
       << (Output.empty() ? "" : "Patch: " + Output + "\n");
}

//===----------------------------------------------------------------------===//
// JSON
//===----------------------------------------------------------------------===//

static json::Value toJSON(const FunctionRow &Row) {
  json::Object Object{{"name", Row.Name},
                      {"place", Row.Place},
                      {"code", Row.Code},
                      {"source", Row.Source},
                      {"lifelong", Row.Lifelong}};
  if (!Row.OldSignature.empty()) {
    Object["old_signature"] = Row.OldSignature;
    Object["new_signature"] = Row.NewSignature;
  }
  if (!Row.Granularity.empty())
    Object["granularity"] = Row.Granularity;
  if (!Row.WholeBecause.empty())
    Object["granularity_reason"] = Row.WholeBecause;
  if (!Row.Blocking.empty())
    Object["blocking_calls"] = json::Array(
        std::vector<json::Value>(Row.Blocking.begin(), Row.Blocking.end()));
  if (Row.Granularity == "call site") {
    Object["call_sites"] = int64_t(Row.Sites);
    Object["staying_call_sites"] = int64_t(Row.StayingSites);
    Object["other_call_lines"] = json::Array(std::vector<json::Value>(
        Row.MovingLines.begin(), Row.MovingLines.end()));
  }
  return std::move(Object);
}

static json::Value toJSON(const PassedOverRow &Row) {
  json::Array Differences;
  for (const PassedOver &P : Row.Differences)
    Differences.push_back(
        json::Object{{"kind", P.Kind == PassedOver::Line ? "line" : "version"},
                     {"old", json::fixUTF8(P.Old)},
                     {"new", json::fixUTF8(P.New)}});
  return json::Object{{"name", Row.Name},
                      {"place", Row.Place},
                      {"differences", std::move(Differences)}};
}

static json::Value toJSON(const ElementEdit &Edit) {
  return json::Object{{"variable", Edit.Variable},
                      {"element", Edit.Element},
                      {"offset", int64_t(Edit.Offset)},
                      {"size", int64_t(Edit.Size)},
                      {"old", json::fixUTF8(Edit.OldShown)},
                      {"new", json::fixUTF8(Edit.NewShown)}};
}

void Report::printJSON(raw_ostream &OS) const {
  json::Array Functions, Ignored, Globals, Edits, Findings;
  for (const FunctionRow &Row : this->Functions)
    Functions.push_back(toJSON(Row));
  for (const PassedOverRow &Row : this->Ignored)
    Ignored.push_back(toJSON(Row));
  for (const GlobalChange &Change : this->Globals)
    Globals.push_back(json::Object{{"name", Change.Name},
                                   {"change", Change.What},
                                   {"place", Change.Place}});
  for (const ElementEdit &Edit : this->Edits)
    Edits.push_back(toJSON(Edit));
  for (const Finding &F : Found.all())
    Findings.push_back(json::Object{{"severity", severityName(F.Severity)},
                                    {"code", F.Code},
                                    {"subject", F.Subject},
                                    {"text", json::fixUTF8(F.Text)},
                                    {"place", F.Place},
                                    {"remedy", F.Remedy}});
  json::Object Root{
      {"schema", 1},
      {"verdict", verdictName(Result)},
      {"exit_status", int64_t(Result)},
      {"old", json::Object{{"file", OldFile}, {"identity", OldIdentity}}},
      {"new", json::Object{{"file", NewFile}, {"identity", NewIdentity}}},
      {"patch", Result == Verdict::Applicable && !Output.empty()
                    ? json::Value(Output)
                    : json::Value(nullptr)},
      {"level", Level},
      {"replaced", int64_t(Replaced)},
      {"added", int64_t(Added)},
      {"removed", int64_t(Removed)},
      {"functions", std::move(Functions)},
      {"passed_over", std::move(Ignored)},
      {"globals", std::move(Globals)},
      {"edits", std::move(Edits)},
      {"findings", std::move(Findings)}};
  if (!OldVersion.empty())
    Root["version_strings"] =
        json::Object{{"old", OldVersion}, {"new", NewVersion}};
  OS << formatv("{0:2}", json::Value(std::move(Root))) << '\n';
}

} // namespace dsu
