//===- PatchObject.cpp - from the patch's module to fix.dsu.so ------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See PatchObject.h.
//
//===----------------------------------------------------------------------===//

#include "PatchObject.h"

#include "LLVMVersions.h"
#include "RuntimeABI.h"

#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Target/TargetMachine.h"

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

static Expected<std::unique_ptr<TargetMachine>> createMachine(Module &M) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  InitializeNativeTargetAsmParser();
  const Triple TheTriple(M.getTargetTriple());
  std::string Message;
  const Target *TheTarget = findTarget(TheTriple, Message);
  if (!TheTarget)
    return failure(Message);
  TargetOptions Options;
  Options.UniqueSectionNames = true;
  // Functions carry their own target-cpu and target-features.
  std::unique_ptr<TargetMachine> Machine(TheTarget->createTargetMachine(
      nameOf(TheTriple), "x86-64", "", Options, Reloc::PIC_, std::nullopt,
      CodeGenOptLevel::Default));
  if (!Machine)
    return failure("no code generator for this target");
  return std::move(Machine);
}

static Error emitObject(Module &M, raw_pwrite_stream &OS) {
  Expected<std::unique_ptr<TargetMachine>> Machine = createMachine(M);
  if (!Machine)
    return Machine.takeError();
  M.setDataLayout((*Machine)->createDataLayout());
  legacy::PassManager PM;
  if ((*Machine)->addPassesToEmitFile(PM, OS, nullptr,
                                      CodeGenFileType::ObjectFile))
    return failure("the code generator cannot write object files");
  PM.run(M);
  return Error::success();
}

static Expected<std::string> findLinker(const std::string &Linker) {
  if (!Linker.empty()) {
    if (ErrorOr<std::string> Found = sys::findProgramByName(Linker))
      return *Found;
    return failure("the linker '" + Linker +
                   "' does not exist (option --linker)");
  }
  const std::string Versioned = "ld.lld-" + std::to_string(LLVM_VERSION_MAJOR);
  for (const std::string &Name : {std::string("ld.lld"), Versioned})
    if (ErrorOr<std::string> Found =
            sys::findProgramByName(Name, {DSU_LLVM_TOOLS_DIR}))
      return *Found;
  for (const std::string &Name : {Versioned, std::string("ld.lld")})
    if (ErrorOr<std::string> Found = sys::findProgramByName(Name))
      return *Found;
  return failure(
      "LLVM's linker is needed to make a patch, and neither " + Versioned +
      " nor ld.lld is installed; install the package lld-" +
      std::to_string(LLVM_VERSION_MAJOR) + " or name it by --linker=FILE");
}

static Error runLinker(StringRef Linker, StringRef Object, StringRef Output) {
  SmallString<128> Log;
  if (std::error_code EC =
          sys::fs::createTemporaryFile("dsu-diff-link", "log", Log))
    return failure("cannot create a temporary file: " + EC.message());
  FileRemover RemoveLog(Log);
  const StringRef Arguments[] = {Linker,       "-shared",
                                 "-z",         "norelro",
                                 "-z",         "now",
                                 "-z",         "noexecstack",
                                 "--build-id", "--hash-style=gnu",
                                 "-Bsymbolic", "--eh-frame-hdr",
                                 "-o",         Output,
                                 Object};
  const std::optional<StringRef> Redirects[] = {StringRef(""), StringRef(Log),
                                                StringRef(Log)};
  std::string Message;
  const int Status = sys::ExecuteAndWait(Linker, Arguments, std::nullopt,
                                         Redirects, 0, 0, &Message);
  if (Status == 0)
    return Error::success();
  if (ErrorOr<std::unique_ptr<MemoryBuffer>> Text = MemoryBuffer::getFile(Log))
    Message += (*Text)->getBuffer();
  return failure(Twine(Linker) + " failed: " + Message);
}

/// True if \p Name names something that the runtime has to fill in.
static bool isImport(StringRef Name, bool &ThreadLocal) {
  ThreadLocal = Name.starts_with(abi::DSU_IMPORT_TLS);
  return ThreadLocal || Name.starts_with(abi::DSU_IMPORT_SLOT) ||
         Name.starts_with(abi::DSU_IMPORT_ADDR) ||
         Name.starts_with(abi::DSU_IMPORT_DATA) ||
         Name.starts_with(abi::DSU_IMPORT_EXT);
}

static Error checkRelocation(const object::RelocationRef &Relocation,
                             const object::ELFObjectFileBase &Elf) {
  const object::symbol_iterator Symbol = Relocation.getSymbol();
  StringRef Name;
  if (Symbol != Elf.symbol_end()) {
    Expected<StringRef> Read = Symbol->getName();
    if (!Read)
      return Read.takeError();
    Name = *Read;
  }
  bool ThreadLocal = false;
  if (!isImport(Name, ThreadLocal))
    return Error::success();
  const uint64_t Type = Relocation.getType();
  if (ThreadLocal ? Type == ELF::R_X86_64_TPOFF64
                  : Type == ELF::R_X86_64_GLOB_DAT || Type == ELF::R_X86_64_64)
    return Error::success();
  SmallString<32> TypeName;
  Relocation.getTypeName(TypeName);
  return failure("internal error: the linked patch has a relocation " +
                 TypeName + " against '" + Name +
                 "', which the runtime cannot apply");
}

Error checkPatchImage(StringRef Image) {
  Expected<std::unique_ptr<object::ObjectFile>> File =
      object::ObjectFile::createELFObjectFile(MemoryBufferRef(Image, "patch"));
  if (!File)
    return File.takeError();
  const auto *Elf = dyn_cast<object::ELFObjectFileBase>(File->get());
  if (!Elf || !isa<object::ELF64LEObjectFile>(Elf))
    return failure("internal error: the linked patch is not 64-bit ELF");
  for (const object::SectionRef &Section : Elf->dynamic_relocation_sections())
    for (const object::RelocationRef &Relocation : Section.relocations())
      if (Error E = checkRelocation(Relocation, *Elf))
        return E;
  for (const object::SectionRef &Section : Elf->sections()) {
    const unsigned Type = object::ELFSectionRef(Section).getType();
    if (Type == ELF::SHT_INIT_ARRAY || Type == ELF::SHT_FINI_ARRAY ||
        Type == ELF::SHT_PREINIT_ARRAY)
      return failure("internal error: the linked patch has constructors");
  }
  return Error::success();
}

/// What the object leaves to the dynamic linker; imports are weak.
static Expected<std::set<std::string>> undefinedNames(StringRef Object) {
  std::set<std::string> Result;
  auto File = object::ObjectFile::createObjectFile(Object);
  if (!File)
    return File.takeError();
  for (const object::SymbolRef &Symbol : File->getBinary()->symbols()) {
    Expected<uint32_t> Flags = Symbol.getFlags();
    if (!Flags)
      return Flags.takeError();
    Expected<StringRef> Name = Symbol.getName();
    if (!Name)
      return Name.takeError();
    if ((*Flags & object::SymbolRef::SF_Undefined) &&
        !(*Flags & object::SymbolRef::SF_Weak) &&
        *Name != "_GLOBAL_OFFSET_TABLE_" && !Name->empty())
      Result.insert(Name->str());
  }
  return Result;
}

/// Writes \p Image and its trailer under \p Path, at once.
static Error publish(StringRef Image, StringRef Path) {
  SHA256 Hasher;
  Hasher.update(Image);
  const std::array<uint8_t, 32> Digest = Hasher.final();
  static_assert(sizeof(abi::DSU_TRAILER_MAGIC) - 1 + sizeof(Digest) ==
                    abi::DSU_TRAILER_SIZE,
                "the trailer is its magic and a SHA-256");
  return writeToOutput(Path, [&](raw_ostream &OS) {
    OS << Image << abi::DSU_TRAILER_MAGIC
       << StringRef(reinterpret_cast<const char *>(Digest.data()),
                    Digest.size());
    return Error::success();
  });
}

Error writePatchObject(
    Module &M, StringRef Path, const std::string &Linker,
    function_ref<bool(const std::set<std::string> &)> Accepts) {
  Expected<std::string> LinkerPath = findLinker(Linker);
  if (!LinkerPath)
    return LinkerPath.takeError();
  SmallString<128> Object, Linked;
  int FD;
  if (std::error_code EC =
          sys::fs::createTemporaryFile("dsu-diff", "o", FD, Object))
    return failure("cannot create a temporary file: " + EC.message());
  FileRemover RemoveObject(Object);
  {
    raw_fd_ostream OS(FD, /*shouldClose=*/true);
    if (Error E = emitObject(M, OS))
      return E;
    OS.flush();
    if (OS.has_error()) {
      OS.clear_error();
      return failure("cannot write " + Object.str());
    }
  }
  Expected<std::set<std::string>> Undefined = undefinedNames(Object);
  if (!Undefined)
    return Undefined.takeError();
  if (!Accepts(*Undefined))
    return failure("the patch uses what the running program does not have");
  if (std::error_code EC =
          sys::fs::createTemporaryFile("dsu-diff", "so", Linked))
    return failure("cannot create a temporary file: " + EC.message());
  FileRemover RemoveLinked(Linked);
  if (Error E = runLinker(*LinkerPath, Object, Linked))
    return E;
  ErrorOr<std::unique_ptr<MemoryBuffer>> Image =
      MemoryBuffer::getFile(Linked, /*IsText=*/false,
                            /*RequiresNullTerminator=*/false);
  if (!Image)
    return failure("cannot read the linked patch: " +
                   Image.getError().message());
  if (Error E = checkPatchImage((*Image)->getBuffer()))
    return E;
  return publish((*Image)->getBuffer(), Path);
}

} // namespace dsu
