//===- FunctionFlags.h - what the tables say of functions -------*- C++ -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The DSU_FUNC_* flags that follow from the code, computed on the optimized
// program before calls are indirected; for base images and patches alike.
//
// DSU_FUNC_WAITS marks the part of an event loop that is between its lifelong
// frame and the blocking call:
//
//   while (!loop->stop)          // lifelong
//     process(loop);             // waits: calls epoll_wait, or a local
//                                // function that does nothing else, and then
//                                // handlers
//
// A thread that is blocked beneath such a frame is between two events, so the
// frame does not forbid the level rest (consistency.md).  Only epoll_wait and
// its like count: they have no other use, while poll and select also wait for
// one client in the midst of a request.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_PASSES_FUNCTIONFLAGS_H
#define DSU_PASSES_FUNCTIONFLAGS_H

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/Module.h"

#include <cstdint>

namespace dsu {

class FunctionFlags {
public:
  explicit FunctionFlags(const llvm::Module &M);

  /// DSU_FUNC_LIFELONG, _SETJMP and _WAITS.
  uint32_t of(const llvm::Function &F) const;

private:
  llvm::SmallPtrSet<const llvm::Function *, 8> Waiting;
};

} // namespace dsu

#endif // DSU_PASSES_FUNCTIONFLAGS_H
