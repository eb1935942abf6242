/*===- signals.c - masks, stacks and cancellation -------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What makes our signal undeliverable, stacks unreadable or windows untrue:
// masks, switched stacks, cancellation.  Handlers are in handlers.c.
//
//===----------------------------------------------------------------------===*/

#include "signals.h"

#include "handlers.h"
#include "real.h"
#include "thread.h"
#include "visibility.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <ucontext.h>

/*--- Masks ------------------------------------------------------------------*/

sigset_t dsu_without_our_signal(const sigset_t *set) {
  sigset_t copy = *set;
  sigdelset(&copy, dsu_our_signal());
  return copy;
}

DSU_EXPORT int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  if (!set || how == SIG_UNBLOCK)
    return DSU_REAL(pthread_sigmask)(how, set, old);
  sigset_t wanted = dsu_without_our_signal(set);
  return DSU_REAL(pthread_sigmask)(how, &wanted, old);
}

DSU_EXPORT int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  if (!set || how == SIG_UNBLOCK)
    return DSU_REAL(sigprocmask)(how, set, old);
  sigset_t wanted = dsu_without_our_signal(set);
  return DSU_REAL(sigprocmask)(how, &wanted, old);
}

DSU_EXPORT int signalfd(int fd, const sigset_t *set, int flags) {
  sigset_t wanted = dsu_without_our_signal(set);
  return DSU_REAL(signalfd)(fd, &wanted, flags);
}

DSU_EXPORT int sighold(int number) {
  sigset_t set;
  sigemptyset(&set);
  if (sigaddset(&set, number) != 0)
    return -1;
  set = dsu_without_our_signal(&set);
  return DSU_REAL(sigprocmask)(SIG_BLOCK, &set, NULL);
}

/* The mask with which a thread begins. */
DSU_EXPORT int pthread_attr_setsigmask_np(pthread_attr_t *attributes,
                                          const sigset_t *set) {
  if (!set)
    return DSU_REAL(pthread_attr_setsigmask_np)(attributes, set);
  sigset_t wanted = dsu_without_our_signal(set);
  return DSU_REAL(pthread_attr_setsigmask_np)(attributes, &wanted);
}

void dsu_mask_all(struct dsu_mask_guard *guard) {
  sigset_t all;
  sigfillset(&all);
  DSU_REAL(pthread_sigmask)(SIG_SETMASK, &all, &guard->before);
}

void dsu_mask_restore(const struct dsu_mask_guard *guard) {
  DSU_REAL(pthread_sigmask)(SIG_SETMASK, &guard->before, NULL);
}

void dsu_signals_init(void) {
  sigset_t ours;
  sigemptyset(&ours);
  sigaddset(&ours, dsu_our_signal());
  DSU_REAL(pthread_sigmask)(SIG_UNBLOCK, &ours, NULL);
}

/*--- Stacks that the program switches by itself -----------------------------*/

_Atomic(uint32_t) dsu_stacks_switched;

DSU_EXPORT int swapcontext(ucontext_t *restrict old,
                           const ucontext_t *restrict next) {
  atomic_store_explicit(&dsu_stacks_switched, 1, memory_order_relaxed);
  return DSU_REAL(swapcontext)(old, next);
}

DSU_EXPORT int setcontext(const ucontext_t *next) {
  atomic_store_explicit(&dsu_stacks_switched, 1, memory_order_relaxed);
  return DSU_REAL(setcontext)(next);
}

/*--- Cancellation -----------------------------------------------------------*/

DSU_EXPORT int pthread_cancel(pthread_t thread) {
  dsu_thread_mark_cancelled((uintptr_t)thread);
  return DSU_REAL(pthread_cancel)(thread);
}
