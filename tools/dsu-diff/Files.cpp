//===- Files.cpp - which files are read, and which are written ------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Files.h.
//
//===----------------------------------------------------------------------===//

#include "Files.h"

#include "llvm/Support/FileSystem.h"

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

std::string binaryPath(StringRef OldFile) {
  OldFile.consume_back(".bc");
  const std::string Patch = (OldFile + ".so").str();
  OldFile.consume_back(".dsu");
  for (const std::string &Path : {Patch, (OldFile + ".so").str()})
    if (sys::fs::is_regular_file(Path))
      return Path;
  return OldFile.str();
}

std::string programPath(StringRef Patch) {
  StringRef Stem = Patch;
  if (!Stem.consume_back(".so"))
    Stem.consume_back(".dsu");
  return (Stem.ends_with(".dsu") ? Stem.str() : Stem.str() + ".dsu") + ".bc";
}

static Error keepInputs(StringRef Output, ArrayRef<std::string> Inputs) {
  for (const std::string &Input : Inputs)
    if (sys::fs::equivalent(Output, Input))
      return failure("'" + Output + "' would be written over the input '" +
                     Input + "': choose another name for the output");
  return Error::success();
}

/// The place is taken by renaming, which would put a file where a device or a
/// symbolic link was.
static Error keepSpecialFiles(StringRef Output) {
  sys::fs::file_status Status;
  if (sys::fs::status(Output, Status, /*follow=*/false) ||
      sys::fs::is_regular_file(Status))
    return Error::success(); // does not exist; or may be replaced
  return failure("'" + Output +
                 "' exists and is not a regular file: choose another name for "
                 "the output");
}

Error checkOutputs(StringRef Patch, StringRef Report,
                   ArrayRef<std::string> Inputs) {
  if (!Report.empty())
    if (Error E = keepInputs(Report, Inputs))
      return E;
  if (Patch.empty())
    return Error::success();
  const std::string Program = programPath(Patch);
  for (StringRef Output : {Patch, StringRef(Program)}) {
    if (Error E = keepInputs(Output, Inputs))
      return E;
    if (Error E = keepSpecialFiles(Output))
      return E;
    if (!Report.empty() &&
        (Report == Output || sys::fs::equivalent(Report, Output)))
      return failure("'" + Output +
                     "' is written for the patch: choose another name for the "
                     "report");
  }
  return Error::success();
}

} // namespace dsu
