//===- ProgramFile.cpp - read and write .dsu.bc ---------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See ProgramFile.h for the format.
//
//===----------------------------------------------------------------------===//

#include "ProgramFile.h"

#include "Identity.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/Bitcode/BitcodeWriter.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace dsu {

static Error fileError(StringRef Path, const Twine &What) {
  return createStringError(inconvertibleErrorCode(), Path + ": " + What);
}

std::string toHex(const ImageID &ID) {
  return llvm::toHex(ArrayRef<uint8_t>(ID), /*LowerCase=*/true);
}

ImageID computeIdentity(const Module &Whole) {
  SmallVector<char, 0> Buffer;
  raw_svector_ostream OS(Buffer);
  WriteBitcodeToFile(Whole, OS);
  return SHA256::hash(ArrayRef(reinterpret_cast<const uint8_t *>(Buffer.data()),
                               Buffer.size()));
}

static void addLine(std::string &Text, StringRef Line) {
  if (!Text.empty())
    Text += '\n';
  Text += Line;
}

ProgramInfo describeProgram(const Module &Whole) {
  ProgramInfo Info;
  Info.Identity = computeIdentity(Whole);
  Info.Linker = "LLVM " LLVM_VERSION_STRING;
  SetVector<StringRef> Producers;
  for (const DICompileUnit *Unit : Whole.debug_compile_units())
    Producers.insert(Unit->getProducer());
  for (StringRef Producer : Producers)
    addLine(Info.Producer, Producer);
  if (const NamedMDNode *Flags = Whole.getNamedMetadata(FlagsMetadata))
    for (const MDNode *Unit : Flags->operands())
      addLine(Info.Options,
              (cast<MDString>(Unit->getOperand(0))->getString() + "\t" +
               cast<MDString>(Unit->getOperand(1))->getString())
                  .str());
  // The file with main; the linker's module has no name worth showing.
  Info.Source = Whole.getSourceFileName();
  const Function *Main = Whole.getFunction("main");
  if (Main && Main->getSubprogram())
    Info.Source = Main->getSubprogram()->getFilename().str();
  else if (!Whole.debug_compile_units().empty())
    Info.Source = (*Whole.debug_compile_units_begin())->getFilename().str();
  return Info;
}

static void addInfo(Module &M, const ProgramInfo &Info) {
  LLVMContext &Ctx = M.getContext();
  NamedMDNode *Node = M.getOrInsertNamedMetadata(abi::DSU_MD_PROGRAM);
  auto Add = [&](StringRef Key, StringRef Value) {
    Node->addOperand(
        MDNode::get(Ctx, {MDString::get(Ctx, Key), MDString::get(Ctx, Value)}));
  };
  Add("abi", utostr(Info.ABIVersion));
  Add("identity", toHex(Info.Identity));
  Add("producer", Info.Producer);
  Add("linker", Info.Linker);
  Add("options", Info.Options);
  Add("source", Info.Source);
}

static Expected<ProgramInfo> parseInfo(StringRef Path, const Module &M) {
  const NamedMDNode *Node = M.getNamedMetadata(abi::DSU_MD_PROGRAM);
  if (!Node)
    return fileError(Path, "this is bitcode, but not a program that dsu-cc "
                           "linked (!dsu.program is missing)");
  StringMap<StringRef> Values;
  for (const MDNode *Pair : Node->operands()) {
    if (Pair->getNumOperands() != 2)
      continue;
    const auto *Key = dyn_cast_or_null<MDString>(Pair->getOperand(0));
    const auto *Value = dyn_cast_or_null<MDString>(Pair->getOperand(1));
    if (Key && Value)
      Values[Key->getString()] = Value->getString();
  }
  ProgramInfo Info;
  if (Values.lookup("abi").getAsInteger(10, Info.ABIVersion))
    return fileError(Path, "!dsu.program names no ABI version");
  if (Info.ABIVersion != abi::DSU_ABI_VERSION)
    return fileError(Path, "made for ABI version " + Twine(Info.ABIVersion) +
                               ", this tool has " +
                               Twine(abi::DSU_ABI_VERSION) +
                               "; build the program again");
  std::string Bytes;
  if (!tryGetFromHex(Values.lookup("identity"), Bytes) ||
      Bytes.size() != Info.Identity.size())
    return fileError(Path, "!dsu.program holds no valid identity");
  copy(Bytes, Info.Identity.begin());
  Info.Producer = Values.lookup("producer").str();
  Info.Linker = Values.lookup("linker").str();
  Info.Options = Values.lookup("options").str();
  Info.Source = Values.lookup("source").str();
  return Info;
}

/// Appends the one module of \p Bitcode, with its strings.
static Error appendModule(StringRef Path, SmallVectorImpl<char> &Buffer,
                          BitcodeWriter &Writer, StringRef Bitcode) {
  auto Modules = getBitcodeModuleList(MemoryBufferRef(Bitcode, Path));
  if (!Modules)
    return Modules.takeError();
  for (BitcodeModule &Module : *Modules) {
    StringRef Bytes = Module.getBuffer();
    Buffer.append(Bytes.begin(), Bytes.end());
    Writer.copyStrtab(Module.getStrtab());
  }
  return Error::success();
}

static constexpr uint32_t ProgramSealSize = 64;

/// What stands before the bitcode \p Content: every byte of it follows from the
/// content, so a damaged header is noticed, too.
static std::string sealOf(StringRef Content) {
  std::string Seal;
  raw_string_ostream OS(Seal);
  // Magic, version, offset, size, CPU type: LLVM's wrapper of bitcode.
  for (uint32_t Field :
       {0x0B17C0DEu, 0u, ProgramSealSize, uint32_t(Content.size()), 0u}) {
    char Bytes[sizeof(Field)];
    support::endian::write32le(Bytes, Field);
    OS.write(Bytes, sizeof(Bytes));
  }
  OS << abi::DSU_TRAILER_MAGIC;
  const std::array<uint8_t, 32> Digest = SHA256::hash(ArrayRef(
      reinterpret_cast<const uint8_t *>(Content.data()), Content.size()));
  OS.write(reinterpret_cast<const char *>(Digest.data()), Digest.size());
  OS.flush();
  Seal.resize(ProgramSealSize);
  return Seal;
}

/// Checks the seal and removes it from \p Bytes.
static Error openSeal(StringRef Path, StringRef &Bytes) {
  const StringRef Content =
      Bytes.drop_front(std::min<size_t>(Bytes.size(), ProgramSealSize));
  const std::string Seal = sealOf(Content);
  if (Bytes.starts_with(Seal)) {
    Bytes = Content;
    return Error::success();
  }
  if (Bytes.starts_with(StringRef("\x7f"
                                  "ELF")))
    return fileError(Path, "an executable or library, no program file; give "
                           "the .dsu.bc file that dsu-cc has put beside it");
  // The magic numbers, of a wrapper and of the seal.
  if (Bytes.take_front(4) != StringRef(Seal).take_front(4) &&
      !Bytes.contains(abi::DSU_TRAILER_MAGIC))
    return fileError(Path, "not a program file that dsu-cc or dsu-diff wrote");
  return fileError(Path, "the program file is damaged: its content does not "
                         "match the SHA-256 that it carries; copy it again or "
                         "build the program again");
}

static Error writeAtomically(StringRef Path, ArrayRef<char> Bytes) {
  auto Temporary = sys::fs::TempFile::create(Path + ".%%%%%%.tmp");
  if (!Temporary)
    return joinErrors(fileError(Path, "cannot be written"),
                      Temporary.takeError());
  raw_fd_ostream OS(Temporary->FD, /*shouldClose=*/false);
  OS.write(Bytes.data(), Bytes.size());
  OS.flush();
  if (OS.has_error()) {
    std::string Message = OS.error().message();
    OS.clear_error();
    consumeError(Temporary->discard());
    return fileError(Path, "cannot be written: " + Message);
  }
  return Temporary->keep(Path);
}

Error writeProgram(StringRef Path, Module &Whole, const ProgramInfo &Info,
                   ArrayRef<std::string> Units) {
  SmallVector<char, 0> Buffer;
  BitcodeWriter Writer(Buffer);
  addInfo(Whole, Info);
  Writer.writeModule(Whole);
  Writer.writeStrtab();
  Whole.eraseNamedMetadata(Whole.getNamedMetadata(abi::DSU_MD_PROGRAM));
  for (const std::string &Unit : Units)
    if (Error E = appendModule(Path, Buffer, Writer, Unit))
      return E;
  if (!isUInt<32>(Buffer.size()))
    return fileError(Path, "cannot be written: the program is too large");
  const std::string Seal = sealOf(StringRef(Buffer.data(), Buffer.size()));
  Buffer.insert(Buffer.begin(), Seal.begin(), Seal.end());
  return writeAtomically(Path, Buffer);
}

Expected<Program> readProgram(StringRef Path, LLVMContext &Ctx) {
  auto File = MemoryBuffer::getFile(Path, /*IsText=*/false,
                                    /*RequiresNullTerminator=*/false);
  if (!File)
    return fileError(Path, File.getError().message());
  StringRef Bytes = (*File)->getBuffer();
  if (Error E = openSeal(Path, Bytes))
    return std::move(E);
  auto Modules = getBitcodeModuleList(MemoryBufferRef(Bytes, Path));
  if (!Modules)
    return fileError(Path,
                     "not a program file: " + toString(Modules.takeError()));
  if (Modules->empty())
    return fileError(Path, "not a program file: it holds no module");
  Program Result;
  auto Whole = Modules->front().parseModule(Ctx);
  if (!Whole)
    return fileError(Path, toString(Whole.takeError()));
  Result.Whole = std::move(*Whole);
  auto Info = parseInfo(Path, *Result.Whole);
  if (!Info)
    return Info.takeError();
  Result.Info = std::move(*Info);
  for (BitcodeModule &Module : drop_begin(*Modules)) {
    SmallVector<char, 0> Buffer;
    BitcodeWriter Writer(Buffer);
    StringRef Bytes = Module.getBuffer();
    Buffer.append(Bytes.begin(), Bytes.end());
    Writer.copyStrtab(Module.getStrtab());
    Result.Units.emplace_back(Buffer.begin(), Buffer.end());
  }
  return Result;
}

Expected<std::unique_ptr<Module>> Program::parseUnit(size_t Index,
                                                     LLVMContext &Ctx) const {
  return parseBitcodeFile(
      MemoryBufferRef(Units[Index], "unit " + std::to_string(Index)), Ctx);
}

} // namespace dsu
