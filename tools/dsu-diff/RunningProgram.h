//===- RunningProgram.h - what a patch can count on -------------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The index of the old program: for each identity, how a patch reaches it in
// the running process and what has to be true of it.  It is taken from the
// program file before anything is compared, since comparing changes modules.
//
// The old program may itself be the result of patches.  Then it is not quite
// what a fresh build of that version would be, and its file carries the
// difference in named metadata, !dsu.carried, with three kinds of entries:
//
//   !{!"hash", !"identity", i64 N}   the body that runs has this hash (it was
//                                    left in place since the new one differed
//                                    only by what may be passed over)
//   !{!"stable", !"identity"}        the function has a stable address in the
//                                    process although this version needs none
//   !{!"kept", !"identity"}          this version does not have the function,
//                                    but the process does: --keep-removed
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TOOLS_DIFF_RUNNINGPROGRAM_H
#define DSU_TOOLS_DIFF_RUNNINGPROGRAM_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Module.h"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace dsu {

/// What a program file says beyond its code; see above.
struct CarriedState {
  std::map<std::string, uint64_t> Hashes;
  std::set<std::string> Stable, Kept;

  bool empty() const {
    return Hashes.empty() && Stable.empty() && Kept.empty();
  }
  static CarriedState read(const llvm::Module &M);
  void write(llvm::Module &M) const;
};

/// One thing of the running program.
struct RunningEntity {
  enum KindType {
    Function,    ///< updatable: has a slot
    External,    ///< reached by address only: declared, preemptible, not
                 ///< updatable
    Data,        ///< global variable or named constant
    ThreadLocal, ///< thread-local variable
  } Kind = External;
  bool Defined = false; ///< the program defines it
  bool Stable = false;  ///< Function: has a stable address
  uint64_t Hash = 0;    ///< Function: of the body that runs
  unsigned Line = 0;    ///< of the definition, 0 unknown
  llvm::MaybeAlign Align =
      std::nullopt; ///< Data, ThreadLocal: as it lies in memory
};

class RunningProgram {
public:
  explicit RunningProgram(const llvm::Module &Whole);

  /// Null for what the program does not even declare.
  const RunningEntity *find(llvm::StringRef Key) const;

  const CarriedState &carried() const { return Carried; }

private:
  llvm::StringMap<RunningEntity> Entities;
  CarriedState Carried;
};

/// The line of a definition, 0 if unknown.
unsigned definitionLine(const llvm::GlobalValue &GV);

/// "file:line" of a definition as far as known, else the module's source.
std::string definitionPlace(const llvm::GlobalValue &GV);

} // namespace dsu

#endif // DSU_TOOLS_DIFF_RUNNINGPROGRAM_H
