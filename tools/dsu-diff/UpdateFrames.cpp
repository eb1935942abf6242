//===- UpdateFrames.cpp - which frames an update waits for ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Activeness says that no replaced function is on a stack.  Here it is refined:
// call sites at which a frame may stay (CallSiteSafety.h), unchanged callers of
// functions that go together (Consistency.h), and functions that never leave.
//
//===----------------------------------------------------------------------===//

#include "CallSiteSafety.h"
#include "Consistency.h"
#include "Update.h"

#include "llvm/ADT/StringExtras.h"

using namespace llvm;

namespace dsu {

/// Whether the running body is exactly the one of both versions.
bool Update::goesOn(const std::string &Key) const {
  const RunningEntity *Then = Running->find(Key), *Now = Fresh->find(Key);
  return UpdatableOld.count(Key) && UpdatableNew.count(Key) &&
         !Contents.Replaced.count(Key) && Then && Now &&
         Then->Hash == Now->Hash && !Running->carried().Hashes.count(Key);
}

/// Finds call sites at which frames of replaced functions may stay.
Error Update::judgeCallSites() {
  if (Options.OldBinary == "none")
    return Error::success();
  const bool Named = !Options.OldBinary.empty();
  const std::string Path = binaryPath();
  Expected<std::unique_ptr<OldBinary>> Binary =
      OldBinary::open(Path, Old.Info.Identity);
  if (!Binary) {
    std::string Why = toString(Binary.takeError());
    if (Named)
      return createStringError(inconvertibleErrorCode(),
                               "--old-binary '" + Path +
                                   "' cannot be used: " + Why);
    if (Contents.Replaced.empty())
      return Error::success();
    Result.Found.add({Finding::Note, "no-binary", Path,
                      "replaced functions are judged as a whole, not by call "
                      "site: '" +
                          Path + "' cannot be used: " + Why,
                      "", "name what runs by --old-binary=FILE"});
    return Error::success();
  }
  HaveBinary = true;
  BodyComparison Bodies(Code->correspondence().equality(), Versions);
  const Consistency Coupling(*Code, Contents.Replaced);
  for (FunctionRow &Row : Result.Functions) {
    if (!Contents.Replaced.count(Row.Name) ||
        Running->carried().Hashes.count(Row.Name))
      continue; // what runs is not quite what was compared
    // A frame that stays has run old code that the new code after it may not
    // go with.  Where frames never leave, there is no better moment, though.
    if (const std::string Partner = Coupling.findPartner(Row.Name);
        !Row.Lifelong && !Partner.empty()) {
      Row.WholeBecause =
          "it shares state with '" + Partner + "', which changes, too";
      continue;
    }
    const SiteSummary Summary = findStayingSites(
        Row.Name, *Code->find(Row.Name), Bodies, **Binary, Contents.Sites);
    Row.Blocking = Summary.Blocking;
    Row.MovingLines = Summary.MovingLines;
    if (!Summary.Known) {
      if (Summary.Calls)
        Row.WholeBecause = "its call sites cannot be found in '" + Path + "'";
      continue;
    }
    Row.Granularity = "call site";
    Row.Sites = Summary.Sites;
    Row.StayingSites = Summary.Staying;
  }
  for (const auto &[Key, Change] : Code->all())
    if (goesOn(Key) && Change.Old->hasFnAttribute(abi::DSU_ATTR_LIFELONG))
      listCalls(Key, *Change.Old, **Binary, Contents.Sites);
  return Error::success();
}

/// An update that waits for a thread that waits itself may take for ever.
void Update::noteBlocking(const FunctionRow &Row) {
  for (const std::string &Callee : Row.Blocking)
    Result.Found.add(
        {Finding::Note, "blocking-call", Row.Name,
         "'" + Row.Name + "' changes around its call of '" + Callee +
             "': while a thread waits there, the update waits "
             "for it",
         Row.Place, "put the change into what is called after the wait"});
}

/// The lines of the calls after which something changed.
static std::string otherCalls(const FunctionRow &Row) {
  constexpr size_t Most = 8;
  std::string Text;
  size_t Shown = 0;
  for (unsigned Line : Row.MovingLines) {
    if (Shown == Most)
      return Text + " and more";
    Text +=
        (Shown++ ? ", " : ", not in a call of line ") + std::to_string(Line);
  }
  return Text;
}

/// Frames that never leave block an update for ever, unless they may stay.
void Update::judgeLifelong() {
  for (const FunctionRow &Row : Result.Functions) {
    noteBlocking(Row);
    if (!Row.Lifelong || (!Contents.Replaced.count(Row.Name) &&
                          !Contents.Removed.count(Row.Name)))
      continue;
    const bool Known = Row.Granularity == "call site",
               Main = Row.Name == "main";
    const std::string Stays = // of others it is a guess (ThinFrames.h)
        "'" + Row.Name + (Main ? "' stays" : "' may stay") +
        " on a stack for its thread's whole life";
    if (Known && Row.StayingSites) {
      Result.Found.add({Finding::Note, "lifelong", Row.Name,
                        Stays +
                            "; the update waits until it is at one of "
                            "the call sites after which nothing changed" +
                            otherCalls(Row),
                        Row.Place, ""});
      continue;
    }
    Result.Found.add(
        {Known && Main ? Finding::Refusal : Finding::Note, "lifelong", Row.Name,
         Stays + ", " +
             (Known ? "and whatever it calls, what it runs afterwards changes"
                    : "and is judged as a whole: where it runs, the update "
                      "will wait for it until its time is over"),
         Row.Place,
         Known ? "leave it as it is and put the change into what it calls"
         : HaveBinary ? ""
                      : "name what runs by --old-binary=FILE"});
  }
}

/// Activeness could tear a pair of changes apart: no thread may be in between.
void Update::judgeCoupled() {
  for (const CoupledPair &Pair :
       Consistency(*Code, Contents.Replaced).findCoupled()) {
    const FunctionChange *Caller = Code->find(Pair.Caller);
    // A new caller has no frames yet, and those of one that goes block anyway.
    if (Contents.Added.count(Pair.Caller) ||
        Contents.Removed.count(Pair.Caller))
      continue;
    // Where frames never leave, there is no better moment.
    if (Caller && Caller->Old->hasFnAttribute(abi::DSU_ATTR_LIFELONG))
      continue;
    const RunningEntity *Running = this->Running->find(Pair.Caller);
    const bool Known = Running && Running->Kind == RunningEntity::Function;
    if (Known)
      Contents.Between.insert(Pair.Caller);
    else
      Contents.Level = abi::DSU_LEVEL_REST;
    Result.Found.add(
        {Finding::Note, "coupled", Pair.First,
         "'" + Pair.First + "' and '" + Pair.Second + "' both change, share " +
             Pair.Shared + " and are called by '" + Pair.Caller +
             "', which does not change: the update waits until " +
             (Known ? "no thread is in it" : "every thread is at rest"),
         "", ""});
  }
}

} // namespace dsu
