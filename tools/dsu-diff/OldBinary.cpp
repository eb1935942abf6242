//===- OldBinary.cpp - call sites in the machine code that runs -----------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See OldBinary.h.
//
//===----------------------------------------------------------------------===//

#include "OldBinary.h"

#include "LLVMVersions.h"

#include "llvm/DebugInfo/DWARF/DWARFContext.h"
#include "llvm/MC/MCAsmInfo.h"
#include "llvm/MC/MCContext.h"
#include "llvm/MC/MCDisassembler/MCDisassembler.h"
#include "llvm/MC/MCInst.h"
#include "llvm/MC/MCInstrAnalysis.h"
#include "llvm/MC/MCInstrInfo.h"
#include "llvm/MC/MCRegisterInfo.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/MCTargetOptions.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/TargetSelect.h"

#include <cstring>
#include <map>

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

namespace {

/// What is needed to find the ends of call instructions.
struct Disassembler {
  std::unique_ptr<MCRegisterInfo> Registers;
  std::unique_ptr<MCAsmInfo> Assembly;
  std::unique_ptr<MCSubtargetInfo> Subtarget;
  std::unique_ptr<MCInstrInfo> Instructions;
  std::unique_ptr<MCInstrAnalysis> Analysis;
  std::unique_ptr<MCContext> Context;
  std::unique_ptr<MCDisassembler> Machine;

  Error initialize(const Triple &TheTriple);
};

/// One out-of-line body.
struct Body {
  DWARFUnit *Unit;
  uint64_t Begin, End;
};

} // namespace

Error Disassembler::initialize(const Triple &TheTriple) {
  InitializeNativeTarget();
  InitializeNativeTargetDisassembler();
  std::string Message;
  const Target *T = findTarget(TheTriple, Message);
  if (!T)
    return failure(Message);
  const TripleName Name = nameOf(TheTriple);
  Registers.reset(T->createMCRegInfo(Name));
  Assembly.reset(T->createMCAsmInfo(*Registers, Name, MCTargetOptions()));
  // Everything that any function may use decodes.
  Subtarget.reset(T->createMCSubtargetInfo(Name, "", ""));
  Instructions.reset(T->createMCInstrInfo());
  Analysis.reset(T->createMCInstrAnalysis(Instructions.get()));
  Context = std::make_unique<MCContext>(TheTriple, Assembly.get(),
                                        Registers.get(), Subtarget.get());
  Machine.reset(T->createMCDisassembler(*Subtarget, *Context));
  if (!Machine || !Analysis)
    return failure("no disassembler for " + TheTriple.str());
  return Error::success();
}

struct OldBinary::Details {
  object::OwningBinary<object::ObjectFile> File;
  std::unique_ptr<DWARFContext> Debug;
  Disassembler Code;
  /// By name and line; several bodies if clones or files of one name exist.
  std::map<std::pair<std::string, unsigned>, std::vector<Body>> Bodies;

  void indexBodies();
  StringRef bytesOf(const Body &B) const;
};

OldBinary::OldBinary(std::unique_ptr<Details> D) : D(std::move(D)) {}
OldBinary::~OldBinary() = default;

bool hasIdentity(const object::ObjectFile &File, const ImageID &Identity) {
  const StringRef Wanted(reinterpret_cast<const char *>(Identity.data()),
                         Identity.size());
  for (const object::SectionRef &Section : File.sections()) {
    Expected<StringRef> Name = Section.getName();
    if (!Name) {
      consumeError(Name.takeError());
      continue;
    }
    // The note's descriptor ends in the identity; a patch's is a field of its
    // descriptor, among the tables.
    const bool Note = *Name == abi::DSU_SECTION_NOTE;
    if (!Note && *Name != abi::DSU_SECTION_META)
      continue;
    Expected<StringRef> Contents = Section.getContents();
    if (!Contents) {
      consumeError(Contents.takeError());
      continue;
    }
    if (Contents->contains(Wanted))
      return true;
  }
  return false;
}

void OldBinary::Details::indexBodies() {
  for (const std::unique_ptr<DWARFUnit> &Unit : Debug->compile_units()) {
    for (const DWARFDebugInfoEntry &Entry : Unit->dies()) {
      DWARFDie Die(Unit.get(), &Entry);
      if (Die.getTag() != dwarf::DW_TAG_subprogram)
        continue;
      uint64_t Begin, End, Section;
      if (!Die.getLowAndHighPC(Begin, End, Section) || Begin >= End)
        continue;
      const char *Name = Die.getShortName();
      if (Name)
        Bodies[{Name, unsigned(Die.getDeclLine())}].push_back(
            {Unit.get(), Begin, End});
    }
  }
}

StringRef OldBinary::Details::bytesOf(const Body &B) const {
  for (const object::SectionRef &Section : File.getBinary()->sections()) {
    const uint64_t Address = Section.getAddress();
    if (!Section.isText() || B.Begin < Address ||
        B.End > Address + Section.getSize())
      continue;
    Expected<StringRef> Contents = Section.getContents();
    if (Contents)
      return Contents->substr(B.Begin - Address, B.End - B.Begin);
    consumeError(Contents.takeError());
  }
  return {};
}

Expected<std::unique_ptr<OldBinary>> OldBinary::open(StringRef Path,
                                                     const ImageID &Identity) {
  auto File = object::ObjectFile::createObjectFile(Path);
  if (!File)
    return File.takeError();
  auto D = std::make_unique<Details>();
  D->File = std::move(*File);
  const object::ObjectFile &Object = *D->File.getBinary();
  if (!Object.isELF() || Object.getArch() != Triple::x86_64)
    return failure("it is not an x86-64 ELF file");
  if (!hasIdentity(Object, Identity))
    return failure("it is another build than the old program file");
  if (Error E = D->Code.initialize(Object.makeTriple()))
    return std::move(E);
  D->Debug = DWARFContext::create(Object);
  D->indexBodies();
  if (D->Bodies.empty())
    return failure("it has no debug information (stripped?): take the one "
                   "that the linker wrote");
  return std::unique_ptr<OldBinary>(new OldBinary(std::move(D)));
}

/// The row of the line table that covers \p Address.
static const DWARFDebugLine::Row *findRow(const DWARFDebugLine::LineTable &T,
                                          uint64_t Address, uint32_t &Index) {
  Index = T.lookupAddress({Address, object::SectionedAddress::UndefSection});
  // The index of "unknown" is beyond all rows.
  return Index < T.Rows.size() ? &T.Rows[Index] : nullptr;
}

/// Whether a loop leads back to the first two bytes of the body, which lead
/// elsewhere while another body runs (passes/EntryRedirect.h).
static bool jumpsToEntry(const Disassembler &Code, const MCInst &Instruction,
                         uint64_t Address, uint64_t Size, const Body &B) {
  uint64_t Target;
  return !Code.Instructions->get(Instruction.getOpcode()).isCall() &&
         Code.Analysis->evaluateBranch(Instruction, Address, Size, Target) &&
         Target - B.Begin < sizeof(uint16_t);
}

std::vector<OldBinary::CallReturn>
OldBinary::callReturns(const DISubprogram &Subprogram) {
  auto It = D->Bodies.find({Subprogram.getName().str(), Subprogram.getLine()});
  if (It == D->Bodies.end() || It->second.size() != 1)
    return {};
  const Body &B = It->second.front();
  const DWARFDebugLine::LineTable *Table =
      D->Debug->getLineTableForUnit(B.Unit);
  const StringRef Bytes = D->bytesOf(B);
  if (!Table || Bytes.empty())
    return {};

  struct Found {
    CallReturn Return;
    unsigned Calls = 0;
  };
  std::map<uint32_t, Found> ByRow;
  const ArrayRef<uint8_t> Code(reinterpret_cast<const uint8_t *>(Bytes.data()),
                               Bytes.size());
  for (uint64_t Offset = 0; Offset < Code.size();) {
    MCInst Instruction;
    uint64_t Size = 0;
    if (D->Code.Machine->getInstruction(Instruction, Size, Code.slice(Offset),
                                        B.Begin + Offset,
                                        nulls()) != MCDisassembler::Success)
      return {}; // data among the code: nothing here can be trusted
    if (jumpsToEntry(D->Code, Instruction, B.Begin + Offset, Size, B))
      return {};
    Offset += Size;
    if (!D->Code.Instructions->get(Instruction.getOpcode()).isCall())
      continue;
    uint32_t Index;
    const DWARFDebugLine::Row *Row =
        findRow(*Table, B.Begin + Offset - 1, Index);
    if (!Row)
      continue;
    Found &F = ByRow[Index];
    ++F.Calls;
    F.Return.Offset = Offset;
    F.Return.Number =
        Row->Line && Row->Discriminator ? Row->Discriminator - 1 : UINT32_MAX;
  }
  std::vector<CallReturn> Result;
  for (const auto &[Index, F] : ByRow)
    if (F.Calls == 1 && F.Return.Number != UINT32_MAX)
      Result.push_back(F.Return);
  return Result;
}

} // namespace dsu
