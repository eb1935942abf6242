/*===- signals.c - the application's signals ------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every handler that the application installs is called through a trampoline.
// The table tells the application's handler; the kernel knows the trampoline.
// sigaction's answers are translated back, so the program does not notice.
//
//===----------------------------------------------------------------------===*/

#include "signals.h"

#include "dsu/dsu_abi.h"
#include "fork.h"
#include "real.h"
#include "sys.h"
#include "thread.h"
#include "visibility.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/signalfd.h>
#include <ucontext.h>
#include <unistd.h>

typedef void (*handler_fn)(int, siginfo_t *, void *);

struct handler {
  _Atomic(handler_fn) function;
  _Atomic(int) flags; /* as the program gave them */
};

static struct handler handlers[_NSIG];

static int our_signal(void) { return SIGRTMAX - DSU_SIGNAL_FROM_MAX; }

/*--- Handlers ---------------------------------------------------------------*/

/* Handlers with one and with three parameters are called alike: the calling
   convention lets a function ignore arguments. */
static void trampoline(int number, siginfo_t *info, void *context) {
  struct dsu_thread *self = dsu_self_record;
  uint32_t was_in = 0;
  struct dsu_call_regs regs = {0};
  if (self) {
    was_in = self->in;
    /* Saved outside windows, too: the signal may have come while they were
       being published, and the handler may enter windows of its own. */
    regs = self->regs;
    if (was_in) {
      int saved_errno = errno;
      dsu_window_leave(self);
      errno = saved_errno;
    }
  }
  dsu_signal_counts.app++;
  struct handler *handler = &handlers[number];
  handler_fn function = atomic_load(&handler->function);
  if (atomic_load(&handler->flags) & SA_RESETHAND)
    atomic_store(&handler->function, NULL);
  if (function)
    function(number, info, context);
  if (self) {
    self->regs = regs;
    atomic_signal_fence(memory_order_seq_cst);
    self->in = was_in;
  }
}

static bool is_function(const struct sigaction *action) {
  return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

/* What the program asked for, not what the kernel was told. */
static void translate_back(struct sigaction *old, handler_fn function,
                           int flags) {
  if (old->sa_sigaction != trampoline)
    return;
  old->sa_sigaction = function;
  old->sa_flags = flags;
}

/* A child of vfork shares our memory but not our handlers. */
static bool in_vfork_child(void) {
  return dsu_process_id != 0 && dsu_sys_getpid() != dsu_process_id;
}

DSU_EXPORT int sigaction(int number, const struct sigaction *action,
                         struct sigaction *old) {
  if (number <= 0 || number >= _NSIG || in_vfork_child())
    return DSU_REAL(sigaction)(number, action, old);
  if (number == our_signal() && action) {
    errno = EINVAL; /* as libc answers for the signals that it keeps */
    return -1;
  }
  struct handler *handler = &handlers[number];
  handler_fn before = atomic_load(&handler->function);
  int flags_before = atomic_load(&handler->flags);
  int result;
  if (action && is_function(action)) {
    struct sigaction ours = *action;
    ours.sa_sigaction = trampoline;
    ours.sa_flags |= SA_SIGINFO;
    sigdelset(&ours.sa_mask, our_signal());
    atomic_store(&handler->function,
                 action->sa_sigaction /* a union with sa_handler */);
    atomic_store(&handler->flags, action->sa_flags);
    result = DSU_REAL(sigaction)(number, &ours, old);
    if (result != 0) {
      atomic_store(&handler->function, before);
      atomic_store(&handler->flags, flags_before);
    }
  } else {
    result = DSU_REAL(sigaction)(number, action, old);
  }
  if (result == 0 && old)
    translate_back(old, before, flags_before);
  return result;
}

static sighandler_t install(int number, sighandler_t function, int flags) {
  struct sigaction action = {.sa_handler = function, .sa_flags = flags}, old;
  sigemptyset(&action.sa_mask);
  if (function == SIG_ERR) {
    errno = EINVAL;
    return SIG_ERR;
  }
  if (!(flags & SA_NODEFER))
    sigaddset(&action.sa_mask, number);
  if (sigaction(number, &action, &old) != 0)
    return SIG_ERR;
  return old.sa_handler;
}

DSU_EXPORT sighandler_t signal(int number, sighandler_t function) {
  return install(number, function, SA_RESTART);
}

sighandler_t __sysv_signal(int number, sighandler_t function);

DSU_EXPORT sighandler_t __sysv_signal(int number, sighandler_t function) {
  return install(number, function, SA_RESETHAND | SA_NODEFER);
}

/*--- Masks ------------------------------------------------------------------*/

sigset_t dsu_without_our_signal(const sigset_t *set) {
  sigset_t copy = *set;
  sigdelset(&copy, our_signal());
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
  sigaddset(&ours, our_signal());
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
