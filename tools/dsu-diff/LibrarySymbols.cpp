//===- LibrarySymbols.cpp - what the dynamic linker will find -------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See LibrarySymbols.h.
//
//===----------------------------------------------------------------------===//

#include "LibrarySymbols.h"

#include "OldBinary.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Object/ELFObjectFile.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

#include <glob.h>

using namespace llvm;
using object::ELF64LE;

namespace dsu {

namespace {

/// What the dynamic section says.
struct DynamicSection {
  SmallVector<std::string, 8> Needed, Paths;
};

} // namespace

static Expected<DynamicSection> readDynamic(const object::ELFFile<ELF64LE> &Elf,
                                            StringRef Directory) {
  DynamicSection Result;
  auto Entries = Elf.dynamicEntries();
  if (!Entries)
    return Entries.takeError();
  const char *Strings = nullptr;
  for (const auto &Entry : *Entries)
    if (Entry.getTag() == ELF::DT_STRTAB) {
      auto Address = Elf.toMappedAddr(Entry.getPtr());
      if (!Address)
        return Address.takeError();
      Strings = reinterpret_cast<const char *>(*Address);
    }
  for (const auto &Entry : *Entries) {
    if (!Strings)
      break;
    const char *Text = Strings + Entry.getVal();
    if (Entry.getTag() == ELF::DT_NEEDED) {
      Result.Needed.push_back(Text);
    } else if (Entry.getTag() == ELF::DT_RUNPATH ||
               Entry.getTag() == ELF::DT_RPATH) {
      SmallVector<StringRef, 4> Parts;
      StringRef(Text).split(Parts, ':', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
      for (StringRef Part : Parts) {
        std::string Path = Part.str();
        for (StringRef Origin : {"$ORIGIN", "${ORIGIN}"})
          if (const size_t At = Path.find(Origin.str()); At != Path.npos)
            Path.replace(At, Origin.size(), Directory.str());
        Result.Paths.push_back(std::move(Path));
      }
    }
  }
  return Result;
}

/// The directories of /etc/ld.so.conf, which includes others by patterns.
static void readConfiguration(StringRef File, unsigned Depth,
                              SmallVectorImpl<std::string> &Into) {
  auto Text = MemoryBuffer::getFile(File);
  if (!Text || Depth > 4)
    return;
  SmallVector<StringRef, 16> Lines;
  (*Text)->getBuffer().split(Lines, '\n');
  for (StringRef Line : Lines) {
    Line = Line.split('#').first.trim();
    if (!Line.consume_front("include ")) {
      if (!Line.empty())
        Into.push_back(Line.str());
      continue;
    }
    SmallString<128> Pattern(Line.trim());
    if (!sys::path::is_absolute(Pattern)) {
      Pattern = sys::path::parent_path(File);
      sys::path::append(Pattern, Line.trim());
    }
    glob_t Found;
    if (glob(Pattern.c_str(), 0, nullptr, &Found) == 0)
      for (size_t I = 0; I != Found.gl_pathc; ++I)
        readConfiguration(Found.gl_pathv[I], Depth + 1, Into);
    globfree(&Found);
  }
}

static const SmallVectorImpl<std::string> &systemDirectories() {
  static const auto *Directories = [] {
    auto *List = new SmallVector<std::string, 16>;
    readConfiguration("/etc/ld.so.conf", 0, *List);
    for (const char *Path :
         {"/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64",
          "/usr/lib64", "/lib", "/usr/lib"})
      List->push_back(Path);
    return List;
  }();
  return *Directories;
}

static std::string findLibrary(StringRef Name, ArrayRef<std::string> Paths) {
  if (Name.contains('/'))
    return sys::fs::exists(Name) ? Name.str() : std::string();
  for (ArrayRef<std::string> List :
       {Paths, ArrayRef<std::string>(systemDirectories())})
    for (const std::string &Directory : List) {
      SmallString<128> Path(Directory);
      sys::path::append(Path, Name);
      if (sys::fs::exists(Path))
        return Path.str().str();
    }
  return {};
}

/// The versions of dynamic symbols, empty if there are none.
static ArrayRef<support::ulittle16_t>
symbolVersions(const object::ELFObjectFile<ELF64LE> &File) {
  for (const object::SectionRef &Section : File.sections()) {
    if (object::ELFSectionRef(Section).getType() != ELF::SHT_GNU_versym)
      continue;
    Expected<StringRef> Data = Section.getContents();
    if (Data)
      return {reinterpret_cast<const support::ulittle16_t *>(Data->data()),
              Data->size() / sizeof(uint16_t)};
    consumeError(Data.takeError());
  }
  return {};
}

static void addExported(const object::ELFObjectFile<ELF64LE> &File,
                        std::set<std::string> &Into) {
  const auto Versions = symbolVersions(File);
  size_t Index = 0;
  for (const object::ELFSymbolRef Symbol : File.getDynamicSymbolIterators()) {
    ++Index; // the first one, which is nothing, is not among them
    Expected<uint32_t> Flags = Symbol.getFlags();
    Expected<StringRef> Name = Symbol.getName();
    if (!Flags || !Name) {
      consumeError(Flags.takeError());
      consumeError(Name.takeError());
      continue;
    }
    if ((*Flags & object::SymbolRef::SF_Undefined) || Symbol.getBinding() == 0)
      continue;
    // A patch asks for no version: old ones are kept for those that ask for
    // them only, but for the very first.
    constexpr unsigned Retired = 0x8000, LaterThanFirst = 3;
    if (Index < Versions.size() && (Versions[Index] & Retired) &&
        (Versions[Index] & ~Retired) >= LaterThanFirst)
      continue;
    Into.insert(Name->split('@').first.str());
  }
}

void LibrarySymbols::readLibraries(StringRef Path) {
  std::set<std::string> Seen;
  SmallVector<std::string, 16> Pending = {Path.str()};
  SmallVector<std::string, 8> Paths; // those of the executable serve all
  while (!Pending.empty()) {
    const std::string Next = Pending.pop_back_val();
    if (!Seen.insert(Next).second)
      continue;
    auto Opened = object::ObjectFile::createObjectFile(Next);
    const auto *File =
        Opened ? dyn_cast<object::ELFObjectFile<ELF64LE>>(Opened->getBinary())
               : nullptr;
    if (!File) {
      Unknown = "'" + Next + "' cannot be read";
      consumeError(Opened.takeError());
      return;
    }
    addExported(*File, Exported);
    auto Dynamic =
        readDynamic(File->getELFFile(), sys::path::parent_path(Next));
    if (!Dynamic) {
      Unknown = "'" + Next + "': " + toString(Dynamic.takeError());
      return;
    }
    Paths.append(Dynamic->Paths.begin(), Dynamic->Paths.end());
    for (const std::string &Name : Dynamic->Needed) {
      std::string Found = findLibrary(Name, Paths);
      if (Found.empty()) {
        Unknown = "the library '" + Name + "' was not found";
        return;
      }
      Pending.push_back(std::move(Found));
    }
  }
}

LibrarySymbols::LibrarySymbols(StringRef Path, const ImageID &Identity) {
  auto Opened = object::ObjectFile::createObjectFile(Path);
  if (!Opened) {
    Unknown = ("'" + Path + "' cannot be used: ").str() +
              toString(Opened.takeError());
    return;
  }
  const auto *File =
      dyn_cast<object::ELFObjectFile<ELF64LE>>(Opened->getBinary());
  if (!File || !hasIdentity(*File, Identity)) {
    Unknown =
        ("'" + Path + "' is another build than the old program file").str();
    return;
  }
  Belongs = true;
  bool Executable = false;
  if (auto Headers = File->getELFFile().program_headers())
    for (const auto &Header : *Headers)
      Executable |= Header.p_type == ELF::PT_INTERP;
  else
    consumeError(Headers.takeError());
  if (!Executable) {
    Unknown = ("'" + Path + "' is not an executable").str();
    return;
  }
  for (const object::ELFSymbolRef Symbol : File->symbols()) {
    Expected<uint32_t> Flags = Symbol.getFlags();
    Expected<StringRef> Name = Symbol.getName();
    if (Flags && Name && !(*Flags & object::SymbolRef::SF_Undefined))
      Hidden.insert(Name->str());
    consumeError(Flags.takeError());
    consumeError(Name.takeError());
  }
  readLibraries(Path);
}

} // namespace dsu
