//===- CallSiteSafety.cpp - frames that may stay --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See CallSiteSafety.h.
//
//===----------------------------------------------------------------------===//

#include "CallSiteSafety.h"

#include "CallSites.h"
#include "RemainingCode.h"

#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;

namespace dsu {

/// Functions of libc in which threads wait for others, or for the world.
static bool mayBlock(StringRef Name) {
  static constexpr StringLiteral Names[] = {
      "accept",       "accept4",
      "epoll_pwait",  "epoll_wait",
      "getline",      "mq_receive",
      "msgrcv",       "pause",
      "poll",         "ppoll",
      "pselect",      "pthread_barrier_wait",
      "pthread_join", "pthread_cond_wait",
      "select",       "sem_wait",
      "sigsuspend",   "sigwait",
      "sigwaitinfo",  "wait",
      "waitpid"};
  return is_contained(Names, Name);
}

/// Functions that read: from a file or a socket that has something, as a rule,
/// but where a thread loops for its whole life they are what it waits in.
static bool mayWaitForInput(StringRef Name) {
  static constexpr StringLiteral Names[] = {
      "fgetc",   "fgets",    "fread",   "fscanf",   "getc",
      "getchar", "read",     "readv",   "recv",     "recvmsg",
      "scanf",   "getdelim", "connect", "recvfrom", "recvmmsg"};
  return is_contained(Names, Name);
}

/// The name that is written in the source, of a function with checks of
/// _FORTIFY_SOURCE or of another standard.
static StringRef plainName(StringRef Name) {
  Name.consume_front("__isoc99_");
  Name.consume_front("__isoc23_");
  if (Name.ends_with("_chk") && Name.consume_front("__"))
    Name.consume_back("_chk");
  return Name;
}

/// What is called at the sites without opposite.
static void
describeMoving(Function &F,
               const std::vector<std::optional<unsigned>> &Opposites,
               bool Lifelong, SiteSummary &Summary) {
  const std::vector<CallBase *> Calls = callSites(F);
  for (size_t I = 0; I != std::min(Calls.size(), Opposites.size()); ++I) {
    const Function *Callee = Calls[I]->getCalledFunction();
    if (Opposites[I] || isa<IntrinsicInst>(Calls[I]))
      continue;
    const StringRef Name = Callee ? plainName(Callee->getName()) : "";
    if (mayBlock(Name) || (Lifelong && mayWaitForInput(Name)))
      Summary.Blocking.insert(Name.str());
    const DILocation *Loc = Calls[I]->getDebugLoc();
    while (Loc && Loc->getInlinedAt())
      Loc = Loc->getInlinedAt();
    if (Loc && Loc->getLine())
      Summary.MovingLines.insert(Loc->getLine());
  }
}

SiteSummary findStayingSites(const std::string &Key,
                             const FunctionChange &Change,
                             const BodyComparison &Bodies, OldBinary &Binary,
                             std::vector<SiteEntry> &Into) {
  SiteSummary Summary;
  const size_t Before = Into.size();
  const bool Lifelong = Change.Old->hasFnAttribute(abi::DSU_ATTR_LIFELONG);
  std::vector<OldBinary::CallReturn> Returns;
  if (const DISubprogram *Subprogram = Change.Old->getSubprogram())
    Returns = Binary.callReturns(*Subprogram);
  Summary.Calls = callSites(*Change.Old).size();
  if (Returns.empty() && !Lifelong)
    return Summary;
  const std::vector<std::optional<unsigned>> Opposites =
      findStayingCalls(*Change.Old, *Change.New, Bodies);
  std::vector<bool> Located(Opposites.size());
  auto Add = [&](uint32_t Offset, unsigned Call) {
    Into.push_back({Key, Offset, Call + 1, *Opposites[Call] + 1});
  };
  Summary.Known = true;
  describeMoving(*Change.Old, Opposites, Lifelong, Summary);
  for (const OldBinary::CallReturn &Return : Returns) {
    ++Summary.Sites;
    if (Return.Number >= Opposites.size() || !Opposites[Return.Number])
      continue;
    ++Summary.Staying;
    Located[Return.Number] = true;
    Add(Return.Offset, Return.Number);
  }
  for (unsigned Call = 0; Lifelong && Call != Opposites.size(); ++Call)
    if (Opposites[Call] && !Located[Call])
      Add(0, Call);
  if (Returns.empty()) {
    Summary.Sites = Opposites.size();
    Summary.Staying = Into.size() - Before;
  }
  return Summary;
}

void listCalls(const std::string &Key, Function &F, OldBinary &Binary,
               std::vector<SiteEntry> &Into) {
  const DISubprogram *Subprogram = F.getSubprogram();
  if (!Subprogram)
    return;
  const size_t Calls = callSites(F).size();
  for (const OldBinary::CallReturn &Return : Binary.callReturns(*Subprogram))
    if (Return.Number < Calls)
      Into.push_back(
          {Key, Return.Offset, Return.Number + 1, Return.Number + 1});
}

} // namespace dsu
