//===- Update.cpp - from two programs to a patch --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See Update.h.
//
//===----------------------------------------------------------------------===//

#include "Update.h"

#include "AssemblyNames.h"
#include "BitIntWidths.h"
#include "ConstantUses.h"
#include "DebugTypes.h"
#include "Files.h"
#include "GlobalChanges.h"
#include "InitializerMerge.h"
#include "Inputs.h"
#include "LabelUses.h"
#include "MovedFunctions.h"
#include "Selection.h"
#include "TypeChanges.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace dsu {

static Error failure(const Twine &Message) {
  return createStringError(inconvertibleErrorCode(), Message.str());
}

//===----------------------------------------------------------------------===//
// Load
//===----------------------------------------------------------------------===//

Error Update::load() {
  if (Error E = loadProgram(Options.OldFile, Context, Old))
    return E;
  if (Error E = loadProgram(Options.NewFile, Context, New))
    return E;
  Trees = std::make_unique<SourceTrees>(Old, New, Result.Found);
  Trees->apply(New);
  if (Error E = checkComparable(Old, New))
    return E;
  if (Error E = Trees->applyToUnits(New))
    return failure("'" + Options.NewFile +
                   "' is damaged: " + toString(std::move(E)));
  Result.OldFile = Options.OldFile;
  Result.NewFile = Options.NewFile;
  Result.Output = Options.Output;
  Result.OldIdentity = toHex(Old.Info.Identity);
  Result.NewIdentity = toHex(New.Info.Identity);
  Units = std::make_unique<UnitPairs>(Old, New, Result.Found);
  Units->apply(*New.Whole);
  Statics = std::make_unique<StaticLocals>(
      *Old.Whole, *New.Whole, Options.StaticLocalsByOrder, Result.Found);
  Statics->apply(*New.Whole);
  Running = std::make_unique<RunningProgram>(*Old.Whole);
  Fresh = std::make_unique<RunningProgram>(*New.Whole);
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Compare
//===----------------------------------------------------------------------===//

/// The name that autoconf's PACKAGE_STRING would begin with.
static StringRef programName(StringRef File) {
  return sys::path::filename(File).split('.').first;
}

/// Units that are the same to the last byte in both programs need no reading.
Error Update::compareSources() {
  std::set<StringRef> BytesOld(Old.Units.begin(), Old.Units.end());
  std::set<StringRef> BytesNew(New.Units.begin(), New.Units.end());
  auto Parse = [&](const Program &P, StringRef File,
                   std::vector<std::unique_ptr<Module>> &Into) -> Error {
    for (size_t I = 0; I != P.Units.size(); ++I) {
      if (BytesOld.count(P.Units[I]) && BytesNew.count(P.Units[I]))
        continue;
      Expected<std::unique_ptr<Module>> Unit = P.parseUnit(I, Context);
      if (!Unit)
        return failure("'" + File + "' is damaged: unit " + Twine(I) + ": " +
                       toString(Unit.takeError()));
      Into.push_back(std::move(*Unit));
    }
    return Error::success();
  };
  if (Error E = Parse(Old, Options.OldFile, OldUnits))
    return E;
  if (Error E = Parse(New, Options.NewFile, NewUnits))
    return E;
  SmallVector<Module *, 0> ListOld, ListNew;
  for (auto &M : OldUnits)
    ListOld.push_back(M.get());
  for (auto &M : NewUnits) {
    Units->apply(*M);
    Statics->apply(*M);
    ListNew.push_back(M.get());
  }
  compareMovedFunctions(ListOld, ListNew, Options.KeptValues, Result.Found);
  compareTypesByUnit(ListOld, ListNew, Options.AcceptedTypes, Result.Found);
  Source = std::make_unique<FunctionChanges>(
      ListOld, ListNew, Correspondence::Strictness::Source, Versions);
  compareBitIntWidths(*Source, Options.AcceptedTypes, Result.Found);
  return Error::success();
}

/// Constructors ran when the process started; new ones would not.
void Update::compareConstructors() {
  for (StringRef List : {"llvm.global_ctors", "llvm.global_dtors"}) {
    const bool AtStart = List == "llvm.global_ctors";
    const auto ListOld = structorsOf(*Old.Whole, List);
    for (const auto &Entry : structorsOf(*New.Whole, List)) {
      const FunctionChange *Change = Code->find(Entry.first);
      const bool Known = is_contained(ListOld, Entry);
      if (Known &&
          (!AtStart || !Change || Change->Status == FunctionChange::Same))
        continue;
      Finding F;
      F.Severity =
          Options.IgnoreConstructors ? Finding::Note : Finding::Decision;
      F.Code = AtStart ? "constructor" : "destructor";
      F.Subject = Entry.first;
      F.Text = std::string(AtStart ? "constructor '" : "destructor '") +
               Entry.first + "' is " + (Known ? "changed" : "new") +
               (AtStart ? " and does not run in a process that has started"
                        : " and is not known to the running process");
      if (Change && Change->New)
        F.Place = definitionPlace(*Change->New);
      if (!Options.IgnoreConstructors)
        F.Remedy = "pass --ignore-constructors if the running program does "
                   "not need its effect";
      Result.Found.add(std::move(F));
    }
  }
}

/// Where a changed constant is known by its address, a new object is no
/// replacement for it.
void Update::judgeConstant(const std::string &Key, const GlobalVariable &New) {
  const auto *Then =
      dyn_cast<GlobalVariable>(Code->correspondence().findOld(Key));
  if (!Then || !addressEscapes(*Then))
    return;
  const bool Accepted = Options.NewConstants.count(Key);
  Result.Found.add(
      {Accepted ? Finding::Note : Finding::Decision, "constant-address", Key,
       "the content of constant '" + Key +
           "' changes, and its address is stored or compared: pointers that "
           "the program has stored would still lead to the old content, and "
           "not be equal to the new address",
       definitionPlace(New),
       Accepted ? ""
                : "pass " + asTyped("--new-constant", Key) +
                      " if that does no harm, or restart the program"});
}

Error Update::analyze() {
  if (Error E = load())
    return E;
  if (!Options.OldVersion.empty())
    Versions = VersionStrings(Options.OldVersion, Options.NewVersion);
  else
    Versions = VersionStrings::detect(*Old.Whole, *New.Whole,
                                      programName(Options.OldFile));
  if (Versions.known()) {
    Result.OldVersion = Versions.oldVersion().str();
    Result.NewVersion = Versions.newVersion().str();
  }
  for (const Function &F : *Old.Whole)
    if (isUpdatable(F))
      UpdatableOld.insert(identityKey(F));
  for (const Function &F : *New.Whole)
    if (isUpdatable(F))
      UpdatableNew.insert(identityKey(F));
  compareTypes(*Old.Whole, *New.Whole, Options.AcceptedTypes, Result.Found);
  if (Error E = compareSources())
    return E;
  GlobalChanges Globals(*Old.Whole, *New.Whole, Options.NewVariables,
                        Result.Found);
  if (Old.Whole->getModuleInlineAsm() != New.Whole->getModuleInlineAsm())
    Result.Found.add({Finding::Refusal, "module-asm", "",
                      "file-scope assembly differs between the versions", "",
                      "move it into functions, or restart the program"});

  Code = std::make_unique<FunctionChanges>(Old.Whole.get(), New.Whole.get(),
                                           Correspondence::Strictness::Code,
                                           Versions);
  const Correspondence &Pairs = Code->correspondence();
  Contents.OwnData = Globals.added();
  for (const std::string &Key : Pairs.newKeys()) {
    const auto *Var = dyn_cast<GlobalVariable>(Pairs.findNew(Key));
    if (Var && Var->isConstant() && Var->hasInitializer() &&
        Pairs.findOld(Key) && !Pairs.corresponds(Key)) {
      Contents.OwnData.insert(Key);
      Globals.note({Key, "constant changed: new object in the patch",
                    definitionPlace(*Var)});
      judgeConstant(Key, *Var);
    }
  }
  Contents.Edits = mergeInitializers(Pairs, Options.KeptValues, Result.Found);
  copy_if(Contents.Edits, std::back_inserter(Result.Edits),
          [](const ElementEdit &Edit) { return !Edit.Kept; });
  Result.Globals = Globals.changes();
  compareConstructors();
  judgeFunctions();
  collectRows();
  collectContents();
  claimLabelTables();
  judgeLabels();
  judgeNames();
  judgeAliases();
  if (Error E = judgeCallSites())
    return E;
  judgeImports();
  judgeLifelong();
  judgeCoupled();
  decide();
  return checkDecisions();
}

/// A decision about what does not exist is a slip of the pen.
Error Update::checkDecisions() const {
  const Correspondence &Pairs = Code->correspondence();
  const std::pair<StringRef, const std::set<std::string> *> Decisions[] = {
      {"--keep-value", &Options.KeptValues},
      {"--new-variable", &Options.NewVariables},
      {"--keep-removed", &Options.KeptFunctions},
      {"--new-constant", &Options.NewConstants}};
  for (const auto &[Option, Names] : Decisions)
    for (const std::string &Name : *Names)
      if (!Pairs.findOld(Name) && !Pairs.findNew(Name))
        return failure(Option + "=" + Name +
                       ": neither program has anything of that name; what is "
                       "internal to a file is called 'FILE;NAME', in quotes");
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Judge
//===----------------------------------------------------------------------===//

void Update::judgeFunction(const std::string &Key,
                           const FunctionChange &Change) {
  auto Refuse = [&](StringRef Code, const Twine &Text, StringRef Remedy) {
    const Function &F = Change.New ? *Change.New : *Change.Old;
    Result.Found.add({Finding::Refusal, Code.str(), Key, Text.str(),
                      definitionPlace(F), Remedy.str()});
  };
  const RunningEntity *Entity = Running->find(Key);
  const bool Stable =
      Entity && Entity->Kind == RunningEntity::Function && Entity->Stable;
  if (Change.Status == FunctionChange::Changed) {
    const bool Nameless = !UpdatableNew.count(Key) && Fresh->find(Key) &&
                          Change.New->hasLocalLinkage() &&
                          !Change.New->hasMetadata("dsu.id");
    if (!Nameless && (!UpdatableOld.count(Key) || !UpdatableNew.count(Key)))
      Refuse("not-updatable",
             "'" + Key +
                 "' changed, but it cannot be updated (turned off, a "
                 "resolver, or not C)",
             "restart the program, or make the function updatable in both "
             "versions");
  } else if (Change.Status == FunctionChange::Removed) {
    if (Code->correspondence().findNew(Key))
      return Refuse("function-moved",
                    "'" + Key +
                        "' is defined by the old program but only "
                        "declared by the new one",
                    "restart the program");
    if (!Stable)
      return;
    const bool Kept = Options.KeptFunctions.count(Key);
    Result.Found.add(
        {Kept ? Finding::Note : Finding::Decision, "function-removed", Key,
         "'" + Key +
             "' is removed, but its address is known to others, who "
             "may still call the old code",
         definitionPlace(*Change.Old),
         Kept ? ""
              : "pass " + asTyped("--keep-removed", Key) +
                    " if that is all right"});
  } else if (Change.Status == FunctionChange::Added &&
             Running->carried().Kept.count(Key)) {
    Refuse("function-returns",
           "'" + Key +
               "' comes back, but an earlier patch has removed it and kept the "
               "old code for those who know its address",
           "give it another name; or revert that patch, and make one from the "
           "version before it; or restart the program");
  }
  if (!Change.Old || !Change.New)
    return;
  const std::string SignatureOld = signatureOf(Change.Old->getSubprogram());
  const std::string SignatureNew = signatureOf(Change.New->getSubprogram());
  if (Stable && !SignatureOld.empty() && !SignatureNew.empty() &&
      SignatureOld != SignatureNew &&
      !(Change.Old->hasExactDefinition() && Change.Old->hasLocalLinkage() &&
        !Entity->Stable))
    Refuse("signature",
           "the signature of '" + Key + "' changes from " + SignatureOld +
               " to " + SignatureNew +
               ", and its address is known to others, who call it as before",
           "keep the signature and add a new function, or restart the program");
}

void Update::judgeFunctions() {
  for (const auto &[Key, Change] : Code->all())
    judgeFunction(Key, Change);
}

static StringRef statusName(const FunctionChange *Change) {
  if (!Change)
    return "absent";
  switch (Change->Status) {
  case FunctionChange::Same:
    return "same";
  case FunctionChange::Changed:
    return "changed";
  case FunctionChange::Added:
    return "added";
  case FunctionChange::Removed:
    return "removed";
  }
  llvm_unreachable("all statuses are listed");
}

void Update::addRow(const std::string &Key, const FunctionChange *InCode,
                    const FunctionChange *InSource) {
  const FunctionChange *Any = InCode ? InCode : InSource;
  const Function &F = Any->New ? *Any->New : *Any->Old;
  FunctionRow Row;
  Row.Name = Key;
  Row.Place = definitionPlace(F);
  Row.Code = statusName(InCode);
  // What is the same in both versions and in no unit that was read is in one
  // that did not change.
  Row.Source = InSource || !InCode->Old || !InCode->New ? statusName(InSource)
                                                        : StringRef("same");
  Row.Lifelong = F.hasFnAttribute(abi::DSU_ATTR_LIFELONG);
  if (Any->Old && Any->New) {
    std::string SignatureOld = signatureOf(Any->Old->getSubprogram());
    std::string SignatureNew = signatureOf(Any->New->getSubprogram());
    if (SignatureOld != SignatureNew) {
      Row.OldSignature = std::move(SignatureOld);
      Row.NewSignature = std::move(SignatureNew);
    }
  }
  if (Row.Code == "changed")
    Row.Granularity = "function";
  Result.Functions.push_back(std::move(Row));
}

void Update::collectRows() {
  auto Differs = [](const FunctionChange *Change) {
    return Change && Change->Status != FunctionChange::Same;
  };
  std::set<std::string> Keys;
  for (const auto &[Key, Change] : Code->all())
    Keys.insert(Key);
  for (const auto &[Key, Change] : Source->all())
    Keys.insert(Key);
  for (const std::string &Key : Keys) {
    const FunctionChange *InCode = Code->find(Key);
    const FunctionChange *InSource = Source->find(Key);
    if (Differs(InCode) || (Differs(InSource) && !InCode))
      addRow(Key, InCode, InSource);
    if (InCode && !InCode->Ignored.empty())
      Result.Ignored.push_back(
          {Key, definitionPlace(*InCode->New), InCode->Ignored});
  }
}

void Update::collectContents() {
  for (const auto &[Key, Change] : Code->all()) {
    if (Change.Status == FunctionChange::Changed && UpdatableNew.count(Key))
      Contents.Replaced.insert(Key);
    else if (Change.Status == FunctionChange::Added && UpdatableNew.count(Key))
      Contents.Added.insert(Key);
    else if (Change.Status == FunctionChange::Removed &&
             UpdatableOld.count(Key) && !Options.KeptFunctions.count(Key))
      Contents.Removed.insert(Key);
  }
  Contents.Running = Running.get();
  Contents.From = Old.Info.Identity;
  Contents.Name = sys::path::filename(Options.Output).str();
  Contents.Producer = New.Info.Linker;
  Result.Replaced = Contents.Replaced.size();
  Result.Added = Contents.Added.size();
  Result.Removed = Contents.Removed.size();
}

/// The functions whose labels' addresses are in \p C.
static void labelOwners(const Constant *C, std::set<const Function *> &Into) {
  if (const auto *Label = dyn_cast<BlockAddress>(C)) {
    Into.insert(Label->getFunction());
    return;
  }
  if (!isa<GlobalValue>(C))
    for (const Use &Operand : C->operands())
      if (const auto *Part = dyn_cast<Constant>(Operand))
        labelOwners(Part, Into);
}

/// A table of labels belongs to one body: a replaced function takes a table of
/// its own along, although its content looks the same.
void Update::claimLabelTables() {
  const Correspondence &Pairs = Code->correspondence();
  for (const std::string &Key : Pairs.newKeys()) {
    const auto *Table = dyn_cast<GlobalVariable>(Pairs.findNew(Key));
    std::set<const Function *> Owners;
    if (!Table || !Table->hasInitializer() || !Pairs.corresponds(Key))
      continue;
    labelOwners(Table->getInitializer(), Owners);
    const auto Changed = find_if(Owners, [&](const Function *F) {
      return Contents.Replaced.count(identityKey(*F));
    });
    if (Changed == Owners.end())
      continue;
    // The table's users refer to v1's object since the rewriting.
    const auto *Shared = cast<GlobalVariable>(Pairs.findOld(Key));
    bool Private = Table->isConstant();
    for (const User *U : Shared->users()) {
      const auto *I = dyn_cast<Instruction>(U);
      Private &= I && Contents.Replaced.count(identityKey(*I->getFunction()));
    }
    if (Private) {
      Contents.OwnData.insert(Key);
      continue;
    }
    Result.Found.add(
        {Finding::Refusal, "label-table", Key,
         "'" + Key + "' holds addresses of labels in '" +
             identityKey(**Changed) +
             "', which changes, and is not a constant of that function alone",
         definitionPlace(*Table),
         "declare it const and use it in that function only, or restart the "
         "program"});
  }
}

/// Old code must not be reached by the addresses of labels that it has kept,
/// nor new code after a revert.
void Update::judgeLabels() {
  const Equality &Eq = Code->correspondence().equality();
  for (const std::string &Key : Contents.Replaced) {
    const FunctionChange &Change = *Code->find(Key);
    if ((jumpsToLabels(*Change.New) && labelsEscape(*Change.Old, Eq)) ||
        (jumpsToLabels(*Change.Old) && labelsEscape(*Change.New, Eq)))
      Result.Found.add(
          {Finding::Refusal, "label-kept", Key,
           "'" + Key +
               "' changes, and may have kept addresses of its labels, by which "
               "the new code would jump into the old",
           definitionPlace(*Change.New),
           "keep numbers in place of addresses, leave the function as it is, "
           "or restart the program"});
  }
}

/// Names that the compiler does not follow: a patch has bodies of its own under
/// the names of the program's.
void Update::judgeNames() {
  for (const auto *Keys : {&Contents.Replaced, &Contents.Added})
    for (const std::string &Key : *Keys) {
      const Function &F = *Code->find(Key)->New;
      const std::string Name = namedInAssembly(F);
      if (!Name.empty())
        Result.Found.add({Finding::Refusal, "assembly-name", Key,
                          "'" + Key +
                              "' changes, and has assembly that names '" +
                              Name + "', which lies in the running program",
                          definitionPlace(F),
                          "give it to the assembly as an operand, or restart "
                          "the program"});
    }
}

/// The optimizer puts what an alias leads to in its place: the sources, too.
void Update::judgeAliases() {
  std::set<std::string> Elsewhere;
  for (const FunctionChanges *Changes : {Code.get(), Source.get()}) {
    const Correspondence &Pairs = Changes->correspondence();
    for (const std::string &Key : Pairs.newKeys()) {
      const auto *AliasOld = dyn_cast_or_null<GlobalAlias>(Pairs.findOld(Key));
      const auto *AliasNew = dyn_cast_or_null<GlobalAlias>(Pairs.findNew(Key));
      if (!AliasOld || !AliasNew)
        continue;
      const GlobalObject *To = AliasOld->getAliaseeObject();
      const GlobalObject *ToNew = AliasNew->getAliaseeObject();
      if ((Changes == Code.get() && !Pairs.corresponds(Key)) || !To || !ToNew ||
          identityKey(*To) != identityKey(*ToNew))
        Elsewhere.insert(Key);
    }
  }
  for (const std::string &Key : Elsewhere)
    Result.Found.add(
        {Finding::Refusal, "alias-target", Key,
         "the alias '" + Key + "' leads to something else than before, and " +
             "whoever knows its address goes on as before",
         "", "leave it and add a new one, or restart the program"});
}

std::string Update::binaryPath() const {
  return Options.OldBinary.empty() ? dsu::binaryPath(Options.OldFile)
                                   : Options.OldBinary;
}

void Update::decide() {
  Result.Level = Contents.Level == abi::DSU_LEVEL_REST ? "rest" : "activeness";
  if (Result.Found.has(Finding::Refusal))
    Result.Result = Verdict::Impossible;
  else if (Result.Found.has(Finding::Decision))
    Result.Result = Verdict::NeedsDecision;
  else if (Contents.Replaced.empty() && Contents.Added.empty() &&
           Contents.Removed.empty() && Contents.Edits.empty() &&
           Contents.OwnData.empty())
    Result.Result = Verdict::Nothing;
}

} // namespace dsu
