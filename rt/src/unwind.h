/*===- unwind.h - complete stack traces of stopped threads ------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the stack of a thread that does not run, by LLVM's libunwind.  A trace
// counts only if it is complete: its last frame lies in a known entry (_start,
// or the function in which every thread begins).  The return code of unw_step
// proves nothing: it is 0 also where unwind information is missing (design §6).
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_UNWIND_H
#define DSU_RT_UNWIND_H

#include "thread.h"

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

enum {
  DSU_REG_COUNT = 17
}; /* DWARF numbers 0 to 15, then the return address */

/** Where a walk begins. */
struct dsu_context {
  uintptr_t regs[DSU_REG_COUNT];
  bool interrupted; /* anywhere; else inside a call that the thread made */
};

struct dsu_frame {
  uintptr_t pc;       /* return address, or where the frame was interrupted */
  uintptr_t function; /* start of the function by its unwind information */
  uintptr_t sp;       /* stack pointer at pc */
  uintptr_t cfa;      /* the caller's stack pointer: the frame is [sp, cfa) */
  bool exact;         /* interrupted at pc, anywhere: no return address */
  uint32_t index;     /* 0 is the innermost */
  uintptr_t regs[16]; /* the general registers; filled only if exact */
};

/** Judges one frame; false ends the walk. */
typedef bool (*dsu_frame_fn)(const struct dsu_frame *frame, void *context);

enum dsu_walk {
  DSU_WALK_COMPLETE, /* every frame down to a known entry was seen */
  DSU_WALK_INCOMPLETE,
  DSU_WALK_ENDED /* by the callback */
};

/** What a signal has interrupted, by the registers that the kernel will give
    back: nothing that it knows of, a system call that fails with EINTR, or one
    that it will make again. */
enum dsu_system_call { DSU_CALL_NONE, DSU_CALL_INTERRUPTED, DSU_CALL_AGAIN };
enum dsu_system_call dsu_system_call_at(const ucontext_t *interrupted);

void dsu_context_from_signal(struct dsu_context *context,
                             const ucontext_t *interrupted);
void dsu_context_from_call(struct dsu_context *context,
                           const struct dsu_call_regs *regs);

/** Walks the stack.  Takes no lock but the loader's recursive one: call it
    inside dl_iterate_phdr while threads are held. */
enum dsu_walk dsu_walk_stack(const struct dsu_context *start, dsu_frame_fn each,
                             void *context);

/** Learns where threads begin, from the calling thread, which must be one made
    by pthread_create, and warms libunwind up.  False if that is not known. */
bool dsu_unwind_learn_entries(void);

#endif /* DSU_RT_UNWIND_H */
