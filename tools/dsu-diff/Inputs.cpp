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

#include <set>

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

static Error mustAgree(StringRef What, StringRef Old, StringRef New) {
  if (Old == New)
    return Error::success();
  return failure("the two versions were built with different " + What +
                 ":\n  old: " + Old + "\n  new: " + New +
                 "\nbuild the new version with what built the old one");
}

/// Whether an option can change the code that is generated.
static bool reachesCode(StringRef Option) {
  for (StringRef Harmless :
       {"-fpass-plugin", "-fuse-ld", "-fdebug-", "-ffile-prefix-map",
        "-fmacro-prefix-map", "-fcoverage-prefix-map", "-fdiagnostics",
        "-fcolor", "-fno-color", "-fmessage-length", "-fansi-escape",
        "-fplugin", "-fmodules", "-fdepfile"})
    if (Option.starts_with(Harmless))
      return false;
  return Option.starts_with("-O") || Option.starts_with("-f") ||
         Option.starts_with("-m") || Option.starts_with("-std=");
}

/// The options of each unit that matter, equal units once.
static std::string relevantOptions(StringRef Recorded) {
  std::set<std::string> Lines;
  SmallVector<StringRef, 0> Units;
  Recorded.split(Units, '\n', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  for (StringRef Unit : Units) {
    SmallVector<StringRef, 32> Options;
    Unit.split(Options, ' ', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
    // What stands behind -Xlinker is the linker's.
    SmallVector<StringRef, 16> Relevant;
    for (size_t I = 0; I != Options.size(); ++I) {
      if (Options[I] == "-Xlinker" || Options[I] == "-D" ||
          Options[I] == "-I" || Options[I] == "-MF" || Options[I] == "-MT" ||
          Options[I] == "-MQ") {
        ++I;
        continue;
      }
      if (reachesCode(Options[I]))
        Relevant.push_back(Options[I]);
    }
    Lines.insert(join(Relevant, " "));
  }
  return join(Lines, "; ");
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
  if (Error E = mustAgree("options", relevantOptions(Old.Info.Options),
                          relevantOptions(New.Info.Options)))
    return E;
  if (Error E = mustAgree("targets", Text(Old.Whole->getTargetTriple()),
                          Text(New.Whole->getTargetTriple())))
    return E;
  return mustAgree("data layouts", Old.Whole->getDataLayoutStr(),
                   New.Whole->getDataLayoutStr());
}

} // namespace dsu
