//===- ImageMetadata.cpp - the tables that the runtime reads --------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each table is a global of its own in the cold section.  Its global is made
// first and its contents afterwards, since distances are measured from it.
//
//===----------------------------------------------------------------------===//

#include "ImageMetadata.h"

#include "Selection.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

#include <csignal>
#include <tuple>
#include <variant>

using namespace llvm;

namespace dsu {

namespace {

/// The values of one row's fields, in the order of the ABI's list: a number
/// (U32, U64), the target of a distance or pointer, or an identity.
using FieldValue = std::variant<uint64_t, Constant *, ImageID>;
using Row = SmallVector<FieldValue, 8>;

/// Turns rows into globals.
class TableEmitter {
public:
  explicit TableEmitter(Module &M)
      : M(M), Ctx(M.getContext()), DL(M.getDataLayout()) {}

  /// An array of T; null if there is no row.  \p Cold: in the metadata section,
  /// which must not hold pointers.
  template <typename T>
  GlobalVariable *table(StringRef Name, ArrayRef<Row> Rows, bool Cold = true) {
    if (Rows.empty())
      return nullptr;
    StructType *Type = abi::getType<T>(Ctx);
    GlobalVariable *GV = create(Name, ArrayType::get(Type, Rows.size()), Cold);
    SmallVector<Constant *, 0> Elements;
    for (auto [Index, R] : enumerate(Rows))
      Elements.push_back(
          fill(*GV, Type, T::kinds(), R, Index * DL.getTypeAllocSize(Type)));
    GV->setInitializer(
        ConstantArray::get(cast<ArrayType>(GV->getValueType()), Elements));
    return GV;
  }

  /// One T.
  template <typename T> GlobalVariable *single(StringRef Name, const Row &R) {
    StructType *Type = abi::getType<T>(Ctx);
    GlobalVariable *GV = create(Name, Type, /*Cold=*/true);
    GV->setInitializer(fill(*GV, Type, T::kinds(), R, 0));
    return GV;
  }

  /// A string in the metadata section; equal ones are the same.
  Constant *string(StringRef Text);

  /// Something at a distance that the static linker knows.
  Constant *reachable(Constant *C);

private:
  GlobalVariable *create(StringRef Name, Type *T, bool Cold);
  Constant *fill(GlobalVariable &GV, StructType *Type,
                 ArrayRef<abi::FieldKind> Kinds, const Row &R, uint64_t Offset);
  Constant *distance(GlobalVariable &From, uint64_t Offset, Constant *To);

  Module &M;
  LLVMContext &Ctx;
  const DataLayout &DL;
  StringMap<Constant *> Strings;
};

} // namespace

GlobalVariable *TableEmitter::create(StringRef Name, Type *T, bool Cold) {
  auto *GV = new GlobalVariable(M, T, /*isConstant=*/true,
                                GlobalValue::InternalLinkage, nullptr, Name);
  GV->setAlignment(Align(8));
  if (Cold)
    GV->setSection(abi::DSU_SECTION_META);
  return GV;
}

Constant *TableEmitter::string(StringRef Text) {
  Constant *&Known = Strings[Text];
  if (!Known) {
    Constant *Data = ConstantDataArray::getString(Ctx, Text);
    auto *GV =
        new GlobalVariable(M, Data->getType(), /*isConstant=*/true,
                           GlobalValue::PrivateLinkage, Data, "__dsu_string");
    GV->setSection(abi::DSU_SECTION_META);
    GV->setAlignment(Align(1));
    Known = GV;
  }
  return Known;
}

Constant *TableEmitter::reachable(Constant *C) {
  auto *GV = dyn_cast_or_null<GlobalValue>(C);
  if (!GV || !(isPreemptible(*GV) || isExported(*GV)))
    return C;
  return GlobalAlias::create(GV->getValueType(), GV->getAddressSpace(),
                             GlobalValue::PrivateLinkage,
                             "__dsu_own." + GV->getName(), GV, &M);
}

Constant *TableEmitter::distance(GlobalVariable &From, uint64_t Offset,
                                 Constant *To) {
  Type *I32 = Type::getInt32Ty(Ctx), *I64 = Type::getInt64Ty(Ctx);
  if (!To)
    return ConstantInt::get(I32, 0);
  Constant *Field = ConstantExpr::getInBoundsGetElementPtr(
      Type::getInt8Ty(Ctx), &From, ConstantInt::get(I64, Offset));
  return ConstantExpr::getTrunc(
      ConstantExpr::getSub(ConstantExpr::getPtrToInt(To, I64),
                           ConstantExpr::getPtrToInt(Field, I64)),
      I32);
}

Constant *TableEmitter::fill(GlobalVariable &GV, StructType *Type,
                             ArrayRef<abi::FieldKind> Kinds, const Row &R,
                             uint64_t Offset) {
  assert(R.size() == Kinds.size() && "a row has a value for every field");
  const StructLayout *Layout = DL.getStructLayout(Type);
  SmallVector<Constant *, 8> Fields;
  for (auto [Index, Kind] : enumerate(Kinds)) {
    llvm::Type *FieldType = Type->getElementType(Index);
    const FieldValue &Value = R[Index];
    switch (Kind) {
    case abi::FieldKind::U32:
    case abi::FieldKind::U64:
      Fields.push_back(ConstantInt::get(FieldType, std::get<uint64_t>(Value)));
      break;
    case abi::FieldKind::REL:
      Fields.push_back(
          distance(GV, Offset + Layout->getElementOffset(Index).getFixedValue(),
                   std::get<Constant *>(Value)));
      break;
    case abi::FieldKind::PTR:
      Fields.push_back(std::get<Constant *>(Value)
                           ? std::get<Constant *>(Value)
                           : Constant::getNullValue(FieldType));
      break;
    case abi::FieldKind::ID:
      Fields.push_back(ConstantDataArray::get(
          Ctx, ArrayRef<uint8_t>(std::get<ImageID>(Value))));
      break;
    }
  }
  return ConstantStruct::get(Type, Fields);
}

void ImageBuilder::addFunction(FunctionEntry Entry) {
  Functions.push_back(std::move(Entry));
}

void ImageBuilder::addData(std::string Identity, GlobalVariable &Var) {
  Data.push_back({std::move(Identity), &Var});
}

void ImageBuilder::addExternal(std::string Identity, GlobalValue &Value) {
  Externals.push_back({std::move(Identity), &Value});
}

void ImageBuilder::addEdit(Constant *Target, Constant *OldValue,
                           Constant *NewValue, uint32_t Size, uint32_t Kind) {
  Edits.push_back({Target, OldValue, NewValue, Size, Kind});
}

void ImageBuilder::addSite(SiteEntry Entry) {
  Sites.push_back(std::move(Entry));
}

void ImageBuilder::setSlots(GlobalVariable *Table, uint32_t Count) {
  Slots = Table;
  SlotCount = Count;
}

/// void *tls_addr(uint32_t n): the calling thread's copy of thread-local n.
static Function *emitThreadLocals(Module &M, ArrayRef<GlobalVariable *> Vars) {
  if (Vars.empty())
    return nullptr;
  LLVMContext &Ctx = M.getContext();
  Type *Ptr = PointerType::getUnqual(Ctx);
  auto *F =
      Function::Create(FunctionType::get(Ptr, {Type::getInt32Ty(Ctx)}, false),
                       GlobalValue::InternalLinkage, "__dsu_tls_addr", M);
  F->setUWTableKind(UWTableKind::Async);
  F->addFnAttr(Attribute::Cold);
  F->addFnAttr(Attribute::NoUnwind);
  IRBuilder<> Builder(BasicBlock::Create(Ctx, "entry", F));
  BasicBlock *None = BasicBlock::Create(Ctx, "none", F);
  SwitchInst *Switch = Builder.CreateSwitch(F->getArg(0), None, Vars.size());
  for (auto [Index, Var] : enumerate(Vars)) {
    BasicBlock *Case = BasicBlock::Create(Ctx, "var", F);
    Switch->addCase(Builder.getInt32(Index), Case);
    Builder.SetInsertPoint(Case);
    Builder.CreateRet(Builder.CreateThreadLocalAddress(Var));
  }
  Builder.SetInsertPoint(None);
  Builder.CreateRet(Constant::getNullValue(Ptr));
  return F;
}

using RowList = SmallVector<Row, 0>;

static RowList functionRows(TableEmitter &Tables,
                            ArrayRef<FunctionEntry> Functions) {
  RowList Rows;
  for (const FunctionEntry &F : Functions)
    Rows.push_back({Tables.string(F.Name), Tables.reachable(F.Body),
                    Tables.reachable(F.Address), uint64_t(F.Slot), F.Hash,
                    F.OldHash, uint64_t(F.Flags), uint64_t(F.Line)});
  return Rows;
}

/// One global; \p ThreadLocals gets those that need code to find them.
static Row dataRow(TableEmitter &Tables, StringRef Name, GlobalVariable &Var,
                   SmallVectorImpl<GlobalVariable *> &ThreadLocals) {
  const DataLayout &DL = Var.getDataLayout();
  Align Alignment = Var.getAlign().value_or(DL.getPreferredAlign(&Var));
  uint64_t Flags = Var.isConstant() ? abi::DSU_DATA_CONST : 0;
  uint64_t Number = 0;
  Constant *Address = nullptr;
  if (Var.isThreadLocal()) {
    Flags |= abi::DSU_DATA_TLS;
    Number = ThreadLocals.size();
    ThreadLocals.push_back(&Var);
  } else {
    Address = Tables.reachable(&Var);
  }
  return {Tables.string(Name),
          Address,
          DL.getTypeAllocSize(Var.getValueType()).getFixedValue(),
          Alignment.value(),
          Flags,
          Number,
          uint64_t(0)};
}

void ImageBuilder::sort() {
  // The runtime searches by strcmp of the names.
  auto ByName = [](const auto &A, const auto &B) { return A.Name < B.Name; };
  llvm::sort(Functions, ByName);
  llvm::sort(Data, ByName);
  llvm::sort(Externals, ByName);
  llvm::sort(Sites, [](const SiteEntry &A, const SiteEntry &B) {
    return std::tie(A.Function, A.ReturnOffset, A.Number) <
           std::tie(B.Function, B.ReturnOffset, B.Number);
  });
}

GlobalVariable *ImageBuilder::emit(uint32_t Kind) {
  sort();
  TableEmitter Tables(M);
  RowList Funcs = functionRows(Tables, Functions);
  RowList DataRows, Names, Addrs, EditRows, SiteRows;
  SmallVector<GlobalVariable *, 8> ThreadLocals;
  for (const DataEntry &D : Data)
    DataRows.push_back(dataRow(Tables, D.Name, *D.Var, ThreadLocals));
  for (const ExternalEntry &E : Externals) {
    Names.push_back({Tables.string(E.Name)});
    Addrs.push_back({static_cast<Constant *>(E.Value)});
  }
  for (const EditEntry &E : Edits)
    EditRows.push_back(
        {E.Target, E.OldValue, E.NewValue, uint64_t(E.Size), uint64_t(E.Kind)});
  StringMap<uint64_t> Index;
  for (auto [Number, F] : enumerate(Functions))
    Index[F.Name] = Number;
  for (const SiteEntry &S : Sites)
    SiteRows.push_back({Index.at(S.Function), uint64_t(S.ReturnOffset),
                        uint64_t(S.Number), uint64_t(S.Next)});

  // The order is that of the fields in dsu_abi.def.
  auto Base = [](GlobalValue *GV) -> Constant * { return GV; };
  Row Image = {uint64_t(abi::DSU_IMAGE_MAGIC),
               uint64_t(abi::DSU_ABI_VERSION),
               uint64_t(Kind),
               uint64_t(Level),
               Identity,
               From,
               Tables.string(Name),
               Tables.string(Producer),
               Base(Slots),
               Base(Tables.table<abi::dsu_func>("__dsu_funcs", Funcs)),
               Base(Tables.table<abi::dsu_data>("__dsu_data", DataRows)),
               Base(Tables.table<abi::dsu_ext_name>("__dsu_ext_names", Names)),
               Base(Tables.table<abi::dsu_ext_addr>("__dsu_ext_addrs", Addrs,
                                                    /*Cold=*/false)),
               Base(Tables.table<abi::dsu_edit>("__dsu_edits", EditRows,
                                                /*Cold=*/false)),
               Base(Tables.table<abi::dsu_site>("__dsu_sites", SiteRows)),
               Base(emitThreadLocals(M, ThreadLocals)),
               uint64_t(SlotCount),
               uint64_t(Funcs.size()),
               uint64_t(DataRows.size()),
               uint64_t(Names.size()),
               uint64_t(EditRows.size()),
               uint64_t(SiteRows.size())};
  return Tables.single<abi::dsu_image>("__dsu_image", Image);
}

/// The constructor: if (__dsu_register_image) __dsu_register_image(&Image).
static void emitRegistration(Module &M, GlobalVariable &Image) {
  LLVMContext &Ctx = M.getContext();
  FunctionCallee Callee = M.getOrInsertFunction(
      abi::entry::__dsu_register_image, abi::getRegisterImageType(Ctx));
  auto *Register = cast<Function>(Callee.getCallee());
  if (Register->isDeclaration())
    Register->setLinkage(GlobalValue::ExternalWeakLinkage);
  auto *F = Function::Create(FunctionType::get(Type::getVoidTy(Ctx), false),
                             GlobalValue::InternalLinkage, "__dsu_register", M);
  F->setUWTableKind(UWTableKind::Async);
  F->addFnAttr(Attribute::Cold);
  IRBuilder<> Builder(BasicBlock::Create(Ctx, "entry", F));
  BasicBlock *Known = BasicBlock::Create(Ctx, "known", F);
  BasicBlock *Done = BasicBlock::Create(Ctx, "done", F);
  Builder.CreateCondBr(Builder.CreateIsNotNull(Register), Known, Done);
  Builder.SetInsertPoint(Known);
  Builder.CreateCall(Callee, {&Image});
  Builder.CreateBr(Done);
  Builder.SetInsertPoint(Done);
  Builder.CreateRetVoid();
  // Before the program's own constructors: they may call updatable functions
  // of other images.
  appendToGlobalCtors(M, F, 101);
}

/// The ELF note by which tools recognize an updatable file.
static void emitNote(Module &M, const ImageID &Identity) {
  LLVMContext &Ctx = M.getContext();
  auto U32 = [&](uint32_t Value) {
    return ConstantInt::get(Type::getInt32Ty(Ctx), Value);
  };
  Constant *Owner = ConstantDataArray::getString(Ctx, abi::DSU_NOTE_NAME);
  Constant *Note = ConstantStruct::getAnon(
      {U32(sizeof(abi::DSU_NOTE_NAME)), U32(4 + 4 + abi::DSU_ID_SIZE),
       U32(abi::DSU_NOTE_TYPE), Owner, U32(abi::DSU_ABI_VERSION),
       // The passes run on the platform that they compile for.
       U32(SIGRTMAX - abi::DSU_SIGNAL_FROM_MAX),
       ConstantDataArray::get(Ctx, ArrayRef<uint8_t>(Identity))});
  static_assert(sizeof(abi::DSU_NOTE_NAME) % 4 == 0, "the name needs padding");
  auto *GV =
      new GlobalVariable(M, Note->getType(), /*isConstant=*/true,
                         GlobalValue::InternalLinkage, Note, "__dsu_note");
  GV->setSection(abi::DSU_SECTION_NOTE);
  GV->setAlignment(Align(4));
  // Nobody refers to it, and clang drops dead globals last.
  appendToCompilerUsed(M, {GV});
}

GlobalVariable *ImageBuilder::emitBase() {
  GlobalVariable *Image = emit(abi::DSU_IMAGE_BASE);
  emitRegistration(M, *Image);
  emitNote(M, Identity);
  return Image;
}

GlobalVariable *ImageBuilder::emitPatch() {
  GlobalVariable *Image = emit(abi::DSU_IMAGE_PATCH);
  Image->setName(abi::DSU_PATCH_SYMBOL);
  Image->setLinkage(GlobalValue::ExternalLinkage);
  return Image;
}

} // namespace dsu
