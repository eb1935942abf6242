/*===- masks.c - breakpoints work whatever the program blocks -------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel kills a process that meets a breakpoint while SIGTRAP is blocked.
// The runtime stands in for libc's functions in the executable and calls the
// next definition of each: that is ours, as a preloaded library's.
//
//===----------------------------------------------------------------------===*/

#include "inject.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>

#define REAL(NAME) ((__typeof__(&NAME))dlsym(RTLD_NEXT, #NAME))

static sigset_t without_ours(const sigset_t *set) {
  sigset_t copy = *set;
  sigdelset(&copy, SIGTRAP);
  sigdelset(&copy, SIGRTMAX - INJECT_SIGNAL_FROM_MAX);
  return copy;
}

int sigaction(int number, const struct sigaction *action,
              struct sigaction *old) {
  if (action &&
      (number == SIGTRAP || number == SIGRTMAX - INJECT_SIGNAL_FROM_MAX)) {
    errno = EINVAL;
    return -1;
  }
  if (!action)
    return REAL(sigaction)(number, action, old);
  struct sigaction copy = *action;
  copy.sa_mask = without_ours(&action->sa_mask);
  return REAL(sigaction)(number, &copy, old);
}

int pthread_sigmask(int how, const sigset_t *set, sigset_t *old) {
  if (!set || how == SIG_UNBLOCK)
    return REAL(pthread_sigmask)(how, set, old);
  sigset_t copy = without_ours(set);
  return REAL(pthread_sigmask)(how, &copy, old);
}

int sigprocmask(int how, const sigset_t *set, sigset_t *old) {
  if (!set || how == SIG_UNBLOCK)
    return REAL(sigprocmask)(how, set, old);
  sigset_t copy = without_ours(set);
  return REAL(sigprocmask)(how, &copy, old);
}

int sigsuspend(const sigset_t *set) {
  sigset_t copy = without_ours(set);
  return REAL(sigsuspend)(&copy);
}

int ppoll(struct pollfd *fds, nfds_t count, const struct timespec *timeout,
          const sigset_t *set) {
  sigset_t copy = set ? without_ours(set) : (sigset_t){0};
  return REAL(ppoll)(fds, count, timeout, set ? &copy : NULL);
}

int pselect(int count, fd_set *reads, fd_set *writes, fd_set *others,
            const struct timespec *timeout, const sigset_t *set) {
  sigset_t copy = set ? without_ours(set) : (sigset_t){0};
  return REAL(pselect)(count, reads, writes, others, timeout,
                       set ? &copy : NULL);
}

int epoll_pwait(int fd, struct epoll_event *events, int count, int timeout,
                const sigset_t *set) {
  sigset_t copy = set ? without_ours(set) : (sigset_t){0};
  return REAL(epoll_pwait)(fd, events, count, timeout, set ? &copy : NULL);
}
