//===- Inputs.cpp - two program files that can be compared ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Inputs.h.
//
//===----------------------------------------------------------------------===//

#include "Inputs.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/TargetParser/Triple.h"

#include <map>
#include <vector>

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

Error loadProgram(StringRef Path, LLVMContext &Context, Program &Into) {
  uint64_t Size = 0;
  if (std::error_code EC = sys::fs::file_size(Path, Size))
    return failure("'" + Path + "' cannot be read: " + EC.message());
  if (!sys::fs::is_regular_file(Path))
    return failure("'" + Path + "' is not a regular file");
  if (Size == 0)
    return failure("'" + Path + "' is empty");
  Expected<Program> Read = readProgram(Path, Context);
  if (!Read)
    return Read.takeError();
  Into = std::move(*Read);
  return Error::success();
}

static Error mustAgree(StringRef What, StringRef Old, StringRef New,
                       StringRef Or = "") {
  if (Old == New)
    return Error::success();
  return failure("the two versions were built with different " + What +
                 ":\n  old: " + Old + "\n  new: " + New +
                 "\nbuild the new version with what built the old one" + Or);
}

/// The flags of each source file, compiled once or several times.
static std::map<StringRef, std::vector<StringRef>>
flagsBySource(StringRef Options) {
  std::map<StringRef, std::vector<StringRef>> Result;
  SmallVector<StringRef, 0> Units;
  Options.split(Units, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef Unit : Units) {
    auto [Source, Flags] = Unit.split('\t');
    Result[Source].push_back(Flags);
  }
  return Result;
}

/// Files that only one version has, or that were compiled without dsu-cc, say
/// nothing.
static Error checkFlags(const ProgramInfo &Old, const ProgramInfo &New) {
  auto BySource = flagsBySource(New.Options);
  for (const auto &[Source, Flags] : flagsBySource(Old.Options)) {
    auto It = BySource.find(Source);
    if (It == BySource.end())
      continue;
    // Another number of units of one name does no harm if all are built alike.
    if (all_equal(Flags) && all_equal(It->second) &&
        Flags.front() == It->second.front())
      continue;
    if (Error E = mustAgree(("flags for '" + Source + "'").str(),
                            join(Flags, "; "), join(It->second, "; "),
                            " (or are these two programs with a file of one "
                            "name?)"))
      return E;
  }
  return Error::success();
}

Error checkComparable(const Program &Old, const Program &New) {
  auto Text = [](const auto &TargetTriple) {
    return Triple(TargetTriple).str();
  };
  if (Error E = mustAgree("ABI versions", utostr(Old.Info.ABIVersion),
                          utostr(New.Info.ABIVersion)))
    return E;
  if (Error E = mustAgree("compilers", Old.Info.Producer, New.Info.Producer))
    return E;
  if (Error E = mustAgree("linkers", Old.Info.Linker, New.Info.Linker))
    return E;
  if (Error E = checkFlags(Old.Info, New.Info))
    return E;
  if (Error E = mustAgree("targets", Text(Old.Whole->getTargetTriple()),
                          Text(New.Whole->getTargetTriple())))
    return E;
  return mustAgree("data layouts", Old.Whole->getDataLayoutStr(),
                   New.Whole->getDataLayoutStr());
}

} // namespace dsu
