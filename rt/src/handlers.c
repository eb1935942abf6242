/*===- handlers.c - the application's signal handlers ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every handler that the application installs is called through a trampoline.
// A table tells the application's handler; the kernel knows the trampoline, and
// its answers are translated back, so the program does not notice.
//
// The kernel chooses a handler when it delivers a signal, which may be long
// before the handler begins: of several signals delivered at once the first one
// runs last, and the others may install another handler meanwhile.  So each
// trampoline stands for one handler: there are many, and what the kernel has
// chosen is what is called.
//
//===----------------------------------------------------------------------===*/

#include "handlers.h"

#include "fork.h"
#include "real.h"
#include "sys.h"
#include "thread.h"
#include "visibility.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <ucontext.h>

typedef void (*handler_fn)(int, siginfo_t *, void *);

/* Different handlers that a signal is given before the oldest trampoline is
   used again: more than can be waiting to be run. */
enum { TRAMPOLINES = 32 };

/* A handler's address, and what the kernel is told in another way than the
   program has said; 0 is free. */
#define ASKED_FOR_INFO (1ull << 63)
#define MASK_HAD_OURS (1ull << 62)
static _Atomic(uint64_t) handlers[_NSIG][TRAMPOLINES];
static _Atomic(uint32_t) oldest[_NSIG];

static handler_fn function_of(uint64_t handler) {
  return (handler_fn)(handler & ~(ASKED_FOR_INFO | MASK_HAD_OURS));
}

/*--- Trampolines ------------------------------------------------------------*/

/* Handlers with one and with three parameters are called alike: the calling
   convention lets a function ignore arguments. */
static void deliver(int number, siginfo_t *info, void *context, int index) {
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
  function_of(atomic_load(&handlers[number][index]))(number, info, context);
  if (self) {
    self->regs = regs;
    atomic_signal_fence(memory_order_seq_cst);
    self->in = was_in;
  }
}

#define EIGHT(X, N)                                                            \
  X(N##0) X(N##1) X(N##2) X(N##3) X(N##4) X(N##5) X(N##6) X(N##7)
#define ALL_TRAMPOLINES(X) EIGHT(X, 0) EIGHT(X, 01) EIGHT(X, 02) EIGHT(X, 03)

#define DEFINE(N)                                                              \
  static void trampoline_##N(int number, siginfo_t *info, void *context) {     \
    deliver(number, info, context, N);                                         \
  }
ALL_TRAMPOLINES(DEFINE)

#define ELEMENT(N) [N] = trampoline_##N,
static const handler_fn trampolines[TRAMPOLINES] = {ALL_TRAMPOLINES(ELEMENT)};

/* The number of a trampoline, -1 for any other function. */
static int index_of(handler_fn function) {
  for (int i = 0; i < TRAMPOLINES; i++)
    if (trampolines[i] == function)
      return i;
  return -1;
}

/* The trampoline for a handler.  The one that is in force is not used again. */
static int choose(int number, uint64_t handler) {
  for (int i = 0; i < TRAMPOLINES; i++) {
    uint64_t there = atomic_load(&handlers[number][i]);
    if (there == handler ||
        (there == 0 && atomic_compare_exchange_strong(&handlers[number][i],
                                                      &there, handler)) ||
        there == handler)
      return i;
  }
  struct sigaction current = {0};
  DSU_REAL(sigaction)(number, NULL, &current);
  int index;
  do
    index = (int)(atomic_fetch_add(&oldest[number], 1) % TRAMPOLINES);
  while (trampolines[index] == current.sa_sigaction);
  atomic_store(&handlers[number][index], handler);
  return index;
}

/*--- sigaction --------------------------------------------------------------*/

/* What the program asked for, not what the kernel was told. */
static void translate_back(int number, struct sigaction *action) {
  int index = index_of(action->sa_sigaction);
  if (index < 0)
    return;
  uint64_t handler = atomic_load(&handlers[number][index]);
  action->sa_sigaction = function_of(handler);
  if (!(handler & ASKED_FOR_INFO))
    action->sa_flags &= ~SA_SIGINFO;
  if (handler & MASK_HAD_OURS)
    sigaddset(&action->sa_mask, dsu_our_signal());
}

/* What the kernel is told. */
static struct sigaction translate(int number, const struct sigaction *action) {
  struct sigaction ours = *action;
  uint64_t handler = (uintptr_t)action->sa_sigaction;
  if (action->sa_flags & SA_SIGINFO)
    handler |= ASKED_FOR_INFO;
  if (sigismember(&action->sa_mask, dsu_our_signal()) == 1)
    handler |= MASK_HAD_OURS;
  ours.sa_sigaction = trampolines[choose(number, handler)];
  ours.sa_flags |= SA_SIGINFO;
  sigdelset(&ours.sa_mask, dsu_our_signal());
  return ours;
}

/* Those of which the kernel or libc allows no handler. */
static bool is_forbidden(int number) {
  return number <= 0 || number >= _NSIG || number == SIGKILL ||
         number == SIGSTOP || (number > 31 && number < SIGRTMIN);
}

static bool is_function(const struct sigaction *action) {
  return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN;
}

static int change_action(int number, const struct sigaction *action,
                         struct sigaction *old) {
  if (is_forbidden(number))
    return DSU_REAL(sigaction)(number, action, old);
  if (number == dsu_our_signal() && action) {
    errno = EINVAL; /* as libc answers for the signals that it keeps */
    return -1;
  }
  struct sigaction ours;
  if (action && is_function(action) && !dsu_in_vfork_child()) {
    ours = translate(number, action);
    action = &ours;
  }
  int result = DSU_REAL(sigaction)(number, action, old);
  if (result == 0 && old)
    translate_back(number, old);
  return result;
}

DSU_EXPORT int sigaction(int number, const struct sigaction *action,
                         struct sigaction *old) {
  return change_action(number, action, old);
}

int __sigaction(int number, const struct sigaction *action,
                struct sigaction *old);

DSU_EXPORT int __sigaction(int number, const struct sigaction *action,
                           struct sigaction *old) {
  return change_action(number, action, old);
}

/*--- signal and its relatives, as libc defines them -------------------------*/

/* Signals whose handlers interrupt system calls: siginterrupt's memory. */
static _Atomic(uint64_t) interrupting;

static uint64_t bit_of(int number) { return 1ull << ((number - 1) & 63); }

static sighandler_t install(int number, sighandler_t function, int flags) {
  if (function == SIG_ERR || number <= 0 || number >= _NSIG) {
    errno = EINVAL;
    return SIG_ERR;
  }
  struct sigaction action = {.sa_handler = function, .sa_flags = flags}, old;
  sigemptyset(&action.sa_mask);
  if (flags & SA_RESTART) {
    sigaddset(&action.sa_mask, number);
    if (atomic_load(&interrupting) & bit_of(number))
      action.sa_flags = 0;
  }
  if (change_action(number, &action, &old) != 0)
    return SIG_ERR;
  return old.sa_handler;
}

sighandler_t bsd_signal(int number, sighandler_t function);
sighandler_t ssignal(int number, sighandler_t function);
sighandler_t sysv_signal(int number, sighandler_t function);
sighandler_t __sysv_signal(int number, sighandler_t function);

#define SIGNAL_LIKE(NAME, FLAGS)                                               \
  DSU_EXPORT sighandler_t NAME(int number, sighandler_t function) {            \
    return install(number, function, FLAGS);                                   \
  }
SIGNAL_LIKE(signal, SA_RESTART)
SIGNAL_LIKE(bsd_signal, SA_RESTART)
SIGNAL_LIKE(ssignal, SA_RESTART)
SIGNAL_LIKE(sysv_signal, SA_RESETHAND | SA_NODEFER)
SIGNAL_LIKE(__sysv_signal, SA_RESETHAND | SA_NODEFER)

DSU_EXPORT int siginterrupt(int number, int interrupt) {
  struct sigaction action;
  if (change_action(number, NULL, &action) != 0)
    return -1;
  if (interrupt) {
    atomic_fetch_or(&interrupting, bit_of(number));
    action.sa_flags &= ~SA_RESTART;
  } else {
    atomic_fetch_and(&interrupting, ~bit_of(number));
    action.sa_flags |= SA_RESTART;
  }
  return change_action(number, &action, NULL);
}

DSU_EXPORT sighandler_t sigset(int number, sighandler_t disposition) {
  if (disposition == SIG_ERR || number <= 0 || number >= _NSIG) {
    errno = EINVAL;
    return SIG_ERR;
  }
  bool hold = disposition == SIG_HOLD;
  struct sigaction action = {.sa_handler = disposition}, old;
  sigset_t set, before;
  sigemptyset(&set);
  sigemptyset(&action.sa_mask);
  if (sigaddset(&set, number) != 0)
    return SIG_ERR;
  if (number == dsu_our_signal()) {
    errno = EINVAL;
    return SIG_ERR;
  }
  if (!hold && change_action(number, &action, &old) != 0)
    return SIG_ERR;
  if (DSU_REAL(sigprocmask)(hold ? SIG_BLOCK : SIG_UNBLOCK, &set, &before) != 0)
    return SIG_ERR;
  if (sigismember(&before, number))
    return SIG_HOLD;
  if (hold && change_action(number, NULL, &old) != 0)
    return SIG_ERR;
  return old.sa_handler;
}

/*--- Handlers that others have installed ------------------------------------*/

/* As the kernel has it. */
struct kernel_action {
  handler_fn handler;
  unsigned long flags;
  void (*restorer)(void);
  uint64_t mask;
};

static bool is_fault(int number) {
  return number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
         number == SIGILL || number == SIGTRAP;
}

bool dsu_handlers_unknown(void) {
  for (int number = 1; number < _NSIG; number++) {
    struct kernel_action action = {0};
    if (is_forbidden(number) || is_fault(number) ||
        number == dsu_our_signal() ||
        dsu_sys6(SYS_rt_sigaction, number, 0, (long)&action, sizeof action.mask,
                 0, 0) != 0)
      continue;
    if ((uintptr_t)action.handler > (uintptr_t)SIG_IGN &&
        index_of(action.handler) < 0)
      return true;
  }
  return false;
}
