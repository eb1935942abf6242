//===- dsu-diff.cpp - make a patch from two versions of a program ---------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of dsu-diff; see Update.h for what it does.
//
//===----------------------------------------------------------------------===//

#include "Files.h"
#include "Update.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

static cl::OptionCategory Category("dsu-diff options");

static cl::opt<std::string> OldFile(cl::Positional, cl::desc("OLD.dsu.bc"),
                                    cl::value_desc("OLD.dsu.bc"),
                                    cl::cat(Category));
static cl::opt<std::string> NewFile(cl::Positional, cl::desc("NEW.dsu.bc"),
                                    cl::value_desc("NEW.dsu.bc"),
                                    cl::cat(Category));
static cl::opt<std::string>
    Output("o", cl::desc("Patch to write; without it only the report is made"),
           cl::value_desc("fix.dsu.so"), cl::cat(Category));
static cl::opt<std::string>
    ReportForm("report", cl::desc("Form of the report: text (default), json"),
               cl::init("text"), cl::value_desc("text|json"),
               cl::cat(Category));
static cl::opt<std::string>
    ReportFile("report-file", cl::desc("Write the report to FILE, not stdout"),
               cl::value_desc("FILE"), cl::cat(Category));
static cl::opt<std::string>
    Versions("version-strings",
             cl::desc("The versions in the programs' texts; literals that "
                      "differ only by them do not count as changed"),
             cl::value_desc("OLD,NEW"), cl::cat(Category));
static cl::list<std::string> AcceptedTypes(
    "accept-type",
    cl::desc("Decision: the change of TYPE does no harm (no object of it "
             "outlives the update)"),
    cl::value_desc("TYPE"), cl::cat(Category));
static cl::list<std::string>
    KeptValues("keep-value",
               cl::desc("Decision: VARIABLE keeps its value although its "
                        "initializer changed"),
               cl::value_desc("VARIABLE"), cl::cat(Category));
static cl::list<std::string> NewVariables(
    "new-variable",
    cl::desc("Decision: VARIABLE has nothing to do with the one that "
             "is gone"),
    cl::value_desc("VARIABLE"), cl::cat(Category));
static cl::list<std::string>
    KeptFunctions("keep-removed",
                  cl::desc("Decision: the old code of the removed FUNCTION "
                           "may still be called through pointers"),
                  cl::value_desc("FUNCTION"), cl::cat(Category));
static cl::list<std::string> NewConstants(
    "new-constant",
    cl::desc("Decision: what the program has stored of the address of CONSTANT "
             "may go on to mean the old object with the old content"),
    cl::value_desc("CONSTANT"), cl::cat(Category));
static cl::opt<bool>
    IgnoreConstructors("ignore-constructors",
                       cl::desc("Decision: new and changed constructors need "
                                "not run"),
                       cl::cat(Category));
static cl::opt<bool> StaticLocalsByOrder(
    "static-locals-by-order",
    cl::desc("Decision: static locals of one name in one function are the "
             "same if they come in the same order"),
    cl::cat(Category));
static cl::opt<std::string>
    OldBinary("old-binary",
              cl::desc("The running executable or patch that OLD.dsu.bc "
                       "belongs to (default: found beside it; none: judge "
                       "functions on stacks as a whole)"),
              cl::value_desc("FILE"), cl::cat(Category));
static cl::opt<std::string>
    Linker("linker", cl::desc("LLVM's ELF linker (default: ld.lld)"),
           cl::value_desc("FILE"), cl::cat(Category));

static constexpr char Overview[] =
    "Makes a patch that turns the running OLD program into NEW\n\n"
    "OLD.dsu.bc and NEW.dsu.bc are the program files that dsu-cc writes beside "
    "its\noutput.  Beside fix.dsu.so appears fix.dsu.bc, from which the next "
    "patch is made.\n\n"
    "Exit status: 0 can be applied live, 1 nothing to do, 2 needs a decision,\n"
    "3 cannot be applied live, 4 bad input or usage\n";

static constexpr int BadInput = int(dsu::Verdict::BadInput);

static int fail(const Twine &Message) {
  WithColor::error(errs(), "dsu-diff") << Message << '\n';
  return BadInput;
}

static int fail(Error E) {
  handleAllErrors(std::move(E), [](const ErrorInfoBase &Info) {
    WithColor::error(errs(), "dsu-diff") << Info.message() << '\n';
  });
  return BadInput;
}

static int printReport(const dsu::Report &Report) {
  auto Print = [&](raw_ostream &OS) {
    if (ReportForm == "json")
      Report.printJSON(OS);
    else
      Report.printText(OS);
  };
  if (ReportFile.empty()) {
    Print(outs());
    outs().flush();
    return int(Report.Result);
  }
  std::error_code EC;
  raw_fd_ostream OS(ReportFile, EC);
  if (!EC)
    Print(OS);
  OS.flush();
  if (EC || OS.has_error()) {
    EC = EC ? EC : OS.error();
    OS.clear_error();
    return fail("'" + ReportFile + "' cannot be written: " + EC.message());
  }
  return int(Report.Result);
}

int main(int ArgC, char **ArgV) {
  InitLLVM X(ArgC, ArgV);
  cl::HideUnrelatedOptions(Category);
  cl::SetVersionPrinter([](raw_ostream &OS) {
    OS << "dsu-diff " DSU_VERSION " (LLVM " LLVM_VERSION_STRING ")\n";
  });
  if (!cl::ParseCommandLineOptions(ArgC, ArgV, Overview, &errs()))
    return BadInput;
  if (OldFile.empty() || NewFile.empty())
    return fail("two program files are needed: dsu-diff OLD.dsu.bc NEW.dsu.bc "
                "-o fix.dsu.so (see --help)");
  if (ReportForm != "text" && ReportForm != "json")
    return fail("unknown form of report '" + ReportForm +
                "': use text or json");

  dsu::UpdateOptions Options;
  Options.OldFile = OldFile;
  Options.NewFile = NewFile;
  Options.Output = Output;
  Options.Linker = Linker;
  Options.OldBinary = OldBinary;
  Options.IgnoreConstructors = IgnoreConstructors;
  Options.StaticLocalsByOrder = StaticLocalsByOrder;
  Options.AcceptedTypes = {AcceptedTypes.begin(), AcceptedTypes.end()};
  Options.KeptValues = {KeptValues.begin(), KeptValues.end()};
  Options.NewVariables = {NewVariables.begin(), NewVariables.end()};
  Options.KeptFunctions = {KeptFunctions.begin(), KeptFunctions.end()};
  Options.NewConstants = {NewConstants.begin(), NewConstants.end()};
  if (!Versions.empty()) {
    auto [Old, New] = StringRef(Versions).split(',');
    if (Old.empty() || New.empty())
      return fail("--version-strings wants two versions: OLD,NEW");
    Options.OldVersion = Old.str();
    Options.NewVersion = New.str();
  }

  std::vector<std::string> Inputs = {OldFile, NewFile};
  if (OldBinary != "none")
    Inputs.push_back(OldBinary.empty() ? dsu::binaryPath(OldFile)
                                       : OldBinary.getValue());
  if (Error E = dsu::checkOutputs(Output, ReportFile, Inputs))
    return fail(std::move(E));

  // Never destroyed: taking large modules apart in good order takes a third of
  // the time, and the process ends anyway.
  dsu::Update &Update = *new dsu::Update(std::move(Options));
  if (Error E = Update.analyze())
    return fail(std::move(E));
  if (Update.report().Result == dsu::Verdict::Applicable && !Output.empty())
    if (Error E = Update.make())
      return fail(std::move(E));
  return printReport(Update.report());
}
