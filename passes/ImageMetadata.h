//===- ImageMetadata.h - the tables that the runtime reads ------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Emits struct dsu_image and the tables that it points to (dsu_abi.def), for
// base images (by the plugin) and for patches (by dsu-diff).
//
// All of it lies in one cold, read-only section and refers to other things by
// 32-bit distances, so that no page of it is ever relocated or copied.  Only
// the addresses of externals and the edits of a patch are pointers, which the
// dynamic linker or the runtime fills in.
//
// A distance must be known to the static linker.  To a default-visibility
// symbol of a shared library it is not, so those are reached by a private
// alias; data that can be preempted (or copied into the executable) is listed
// with the externals, whose addresses the dynamic linker knows.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_IMAGEMETADATA_H
#define DSU_PASSES_IMAGEMETADATA_H

#include "RuntimeABI.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

#include <string>
#include <vector>

namespace dsu {

/// One row of dsu_image.funcs.  Body and Address may be null.
struct FunctionEntry {
  std::string Name;
  llvm::Constant *Body = nullptr;
  llvm::Constant *Address = nullptr;
  uint32_t Slot = abi::DSU_NO_SLOT;
  uint64_t Hash = 0;
  uint64_t OldHash = 0;
  uint32_t Flags = 0;
  uint32_t Line = 0;
};

/// One row of dsu_image.sites.
struct SiteEntry {
  std::string Function; ///< must have been or be added
  uint32_t ReturnOffset = 0, Number = 0, Next = 0;
};

/// Collects what an image contains, then emits it once.
class ImageBuilder {
public:
  explicit ImageBuilder(llvm::Module &M) : M(M) {}

  void addFunction(FunctionEntry Entry);
  /// A global of this image; thread-locals (external ones too) included.
  void addData(std::string Name, llvm::GlobalVariable &Var);
  /// Something that this image only declares, or that can be preempted.
  void addExternal(std::string Name, llvm::GlobalValue &Value);
  /// \p Kind is DSU_EDIT_*; the values are pointers to \p Size bytes.
  void addEdit(llvm::Constant *Target, llvm::Constant *OldValue,
               llvm::Constant *NewValue, uint32_t Size, uint32_t Kind);
  /// A call site whose frames may stay.
  void addSite(SiteEntry Entry);

  void setSlots(llvm::GlobalVariable *Table, uint32_t Count);
  void setIdentity(const ImageID &ID) { Identity = ID; }
  void setFrom(const ImageID &ID) { From = ID; }
  void setLevel(uint32_t L) { Level = L; }
  void setName(std::string N) { Name = std::move(N); }
  void setProducer(std::string P) { Producer = std::move(P); }

  /// Emits a base image: descriptor, tables, ELF note and the constructor that
  /// registers it.
  llvm::GlobalVariable *emitBase();

  /// Emits a patch: descriptor under the one exported symbol, and tables.
  llvm::GlobalVariable *emitPatch();

private:
  struct DataEntry {
    std::string Name;
    llvm::GlobalVariable *Var;
  };
  struct ExternalEntry {
    std::string Name;
    llvm::GlobalValue *Value;
  };
  struct EditEntry {
    llvm::Constant *Target, *OldValue, *NewValue;
    uint32_t Size, Kind;
  };

  void sort();
  llvm::GlobalVariable *emit(uint32_t Kind);

  llvm::Module &M;
  std::vector<FunctionEntry> Functions;
  std::vector<DataEntry> Data;
  std::vector<ExternalEntry> Externals;
  std::vector<EditEntry> Edits;
  std::vector<SiteEntry> Sites;
  llvm::GlobalVariable *Slots = nullptr;
  uint32_t SlotCount = 0;
  uint32_t Level = abi::DSU_LEVEL_ACTIVENESS;
  ImageID Identity{}, From{};
  std::string Name, Producer;
};

} // namespace dsu

#endif // DSU_PASSES_IMAGEMETADATA_H
