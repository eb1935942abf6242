/*===- thread.h - per-thread records and windows ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A window is a stretch of code in which the thread is known to be inside one
// blocking call and to touch nothing that an update changes (design §6,
// theory "Control": update windows, relaxed synchronization).  A thread inside
// a window has published the registers with which its stack can be unwound, so
// the updater needs no signal for it.
//
// The protocol, x86-64 (stores are not reordered with stores):
//
//   enter:    publish registers; in = 1; compiler barrier          (A)
//   leave:    in = 0; compiler barrier; if (committing) go back    (B)
//   updater:  committing = 1; membarrier; read every in            (C)
//             ... commit ...
//             committing = 0; wake the waiting
//
// The membarrier in (C) is the partner of the compiler barriers in (A) and
// (B): after it, a thread's in = 0 is either visible to the updater, or the
// thread has not yet executed it and will then see committing.  Nobody waits
// at enter.  A thread waits at leave only while a commit is going on, with its
// window still published, which is why its stack may be read meanwhile.
//
// Signals: an application's handler leaves the window on entry and takes it
// again on return (signals.c).  A thread that is being cancelled unwinds
// through its window without leaving it: pthread_cancel marks the record and
// the window is not believed any more.  A thread without a record is marked
// when it claims one.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_THREAD_H
#define DSU_RT_THREAD_H

#include "sys.h"
#include "visibility.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/** What it takes to unwind a thread that is inside a call: the callee-saved
    registers, the stack pointer and an address within the running function. */
struct dsu_call_regs {
  uintptr_t rip, rsp, rbp, rbx, r12, r13, r14, r15;
};

/** One thread that has been inside a window at least once. */
struct dsu_thread {
  _Atomic(pid_t) tid; /* 0: free; claimed by compare-and-swap */
  /* Written by the owner only, read by the updater: */
  volatile uint32_t in;        /* 1 inside a window */
  volatile uint32_t cancelled; /* windows are not believed any more */
  struct dsu_call_regs regs;   /* valid while in is 1 */
  _Atomic(uintptr_t) handle;   /* pthread_self(), for pthread_cancel */
};

/** Signals that a thread has handled. */
union dsu_signal_counts {
  struct {
    uint32_t ours, app;
  };
  uint64_t both;
};

/** The calling thread's; written by its signal handlers. */
extern DSU_TLS volatile union dsu_signal_counts dsu_signal_counts;

/** errno at the moment in which our signal interrupted a system call of the
    calling thread, plus 1; libc then sets it to EINTR.  0: not known. */
extern DSU_TLS volatile int dsu_interrupted_errno;

/** Nonzero while a commit is being tried; a futex. */
extern DSU_HIDDEN _Atomic(uint32_t) dsu_committing;

/** Called by the updater before it sets dsu_committing: children of fork, which
    get a copy of that, are then told from children of vfork, which share it.
    False without memory. */
bool dsu_thread_mark_memory(void);

/** The calling thread's record; null before its first window. */
extern DSU_TLS struct dsu_thread *dsu_self_record;

/** Called once by the runtime's constructor. */
void dsu_thread_init(void);

/** What libc does at a thread's end, for one that libc does not know. */
void dsu_thread_end(void);

/** Claims a record for the calling thread.  Null without memory: the caller
    then goes on without a window.  Async-signal-safe, as poll is. */
struct dsu_thread *dsu_thread_register(void);

/** The calling thread's record, claimed when needed. */
static inline struct dsu_thread *dsu_thread_self(void) {
  struct dsu_thread *self = dsu_self_record;
  return __builtin_expect(self != NULL, 1) ? self : dsu_thread_register();
}

/** Calls `each` for every claimed record, in no order.  For the updater. */
void dsu_thread_each(void (*each)(struct dsu_thread *, void *), void *context);

/** Frees the record of a thread that does not exist any more. */
void dsu_thread_forget(struct dsu_thread *thread);

/** Marks the record of a thread that is about to be cancelled, now or when it
    claims one.  Async-signal-safe. */
void dsu_thread_mark_cancelled(uintptr_t handle);

/** Waits until no commit is going on, with the window published. */
void dsu_window_wait(struct dsu_thread *self);

/** In the child of fork: only the calling thread is left. */
void dsu_thread_after_fork(void);

/** Publishes the registers of the calling function and enters the window.  A
    macro, because the registers must be those of the function whose frame
    stays until the window is left. */
#define DSU_WINDOW_ENTER(SELF)                                                 \
  do {                                                                         \
    __asm__ volatile("leaq 0(%%rip), %%rax\n\t"                                \
                     "movq %%rax, %c1+0(%0)\n\t"                               \
                     "movq %%rsp, %c1+8(%0)\n\t"                               \
                     "movq %%rbp, %c1+16(%0)\n\t"                              \
                     "movq %%rbx, %c1+24(%0)\n\t"                              \
                     "movq %%r12, %c1+32(%0)\n\t"                              \
                     "movq %%r13, %c1+40(%0)\n\t"                              \
                     "movq %%r14, %c1+48(%0)\n\t"                              \
                     "movq %%r15, %c1+56(%0)\n\t"                              \
                     :                                                         \
                     : "r"(SELF), "i"(offsetof(struct dsu_thread, regs))       \
                     : "rax", "memory");                                       \
    (SELF)->in = 1;                                                            \
    atomic_signal_fence(memory_order_seq_cst); /* (A) */                       \
  } while (0)

/** Leaves the window; waits while a commit is going on. */
static inline void dsu_window_leave(struct dsu_thread *self) {
  self->in = 0;
  atomic_signal_fence(memory_order_seq_cst); /* (B) */
  if (dsu_is_set(&dsu_committing))
    dsu_window_wait(self);
}

#endif /* DSU_RT_THREAD_H */
