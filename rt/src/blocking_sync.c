/*===- blocking_sync.c - sleeping, signals, other threads and processes ---===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See blocking.h.
//
//===----------------------------------------------------------------------===*/

#include "blocking.h"
#include "real.h"
#include "signals.h"

#include <aio.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <threads.h>
#include <unistd.h>

/*--- Sleeping ---------------------------------------------------------------*/

/* What is left of a sleep is asked of the clock: the kernel's answer is longer
   by the slack of its timers, and a sleep that is interrupted all the time
   would never end. */
enum { NS_PER_S = 1000000000 };

/* By CLOCK_MONOTONIC; UINT64_MAX if it is not known. */
static uint64_t sleep_end_ns(const struct timespec *wanted) {
  const bool plain = wanted->tv_sec >= 0 && wanted->tv_sec < NS_PER_S &&
                     wanted->tv_nsec >= 0 && wanted->tv_nsec < NS_PER_S;
  return plain ? dsu_now_ns() + dsu_to_ns(wanted) : UINT64_MAX;
}

/* Shortens *rest; false if the time is over. */
static bool sleep_goes_on(uint64_t end_ns, struct timespec *rest) {
  if (end_ns == UINT64_MAX)
    return true;
  const uint64_t now = dsu_now_ns();
  if (now >= end_ns)
    return false;
  rest->tv_sec = (time_t)((end_ns - now) / NS_PER_S);
  rest->tv_nsec = (long)((end_ns - now) % NS_PER_S);
  return true;
}

DSU_INSIDE static int sleep_in_window(const struct timespec *wanted,
                                      struct timespec *left) {
  struct dsu_call call = dsu_call_begin();
  const uint64_t end_ns = sleep_end_ns(wanted);
  struct timespec next = *wanted, rest = {0};
  int result;
  for (;;) {
    DSU_IN_WINDOW(call, result, DSU_REAL(nanosleep)(&next, &rest));
    if (result == 0 || !dsu_call_disturbed(&call))
      break;
    if (!sleep_goes_on(end_ns, &rest))
      return 0;
    next = rest;
  }
  if (result != 0 && errno == EINTR && left)
    *left = rest;
  return result;
}

DSU_EXPORT int nanosleep(const struct timespec *wanted, struct timespec *left) {
  return sleep_in_window(wanted, left);
}

DSU_EXPORT int clock_nanosleep(clockid_t clock, int flags,
                               const struct timespec *wanted,
                               struct timespec *left) {
  struct dsu_call call = dsu_call_begin();
  const bool relative = !(flags & TIMER_ABSTIME);
  const uint64_t end_ns =
      relative && (clock == CLOCK_MONOTONIC || clock == CLOCK_REALTIME)
          ? sleep_end_ns(wanted)
          : UINT64_MAX;
  struct timespec next = *wanted, rest = {0};
  int error;
  for (;;) {
    DSU_IN_WINDOW(call, error,
                  DSU_REAL(clock_nanosleep)(clock, flags, &next, &rest));
    if (error != EINTR)
      return error;
    int saved_errno = errno;
    errno = EINTR;
    bool again = dsu_call_disturbed(&call);
    errno = saved_errno;
    if (!again)
      break;
    if (relative && !sleep_goes_on(end_ns, &rest))
      return 0;
    if (relative)
      next = rest;
  }
  if (left && relative)
    *left = rest;
  return error;
}

DSU_EXPORT int usleep(useconds_t microseconds) {
  struct timespec wanted = {.tv_sec = microseconds / 1000000,
                            .tv_nsec = (long)(microseconds % 1000000) * 1000};
  return sleep_in_window(&wanted, NULL);
}

DSU_EXPORT unsigned sleep(unsigned seconds) {
  struct timespec wanted = {.tv_sec = (time_t)seconds}, left = {0};
  int saved_errno = errno;
  if (sleep_in_window(&wanted, &left) == 0) {
    errno = saved_errno;
    return 0;
  }
  return (unsigned)left.tv_sec + (left.tv_nsec >= 500000000);
}

DSU_EXPORT int thrd_sleep(const struct timespec *wanted,
                          struct timespec *left) {
  int saved_errno = errno;
  int result = sleep_in_window(wanted, left);
  int error = errno;
  errno = saved_errno;
  return result == 0 ? 0 : error == EINTR ? -1 : -2;
}

/*--- Waiting for signals ----------------------------------------------------*/

DSU_INSIDE static int suspend_in_window(const sigset_t *mask) {
  struct dsu_call call = dsu_call_begin();
  int result;
  struct dsu_mask_guard guard;
  dsu_mask_all(&guard); /* nothing may arrive between two suspensions */
  do
    DSU_IN_WINDOW(call, result, DSU_REAL(sigsuspend)(mask));
  while (dsu_call_disturbed(&call));
  int error = errno;
  dsu_mask_restore(&guard);
  errno = error;
  return result;
}

DSU_EXPORT int sigsuspend(const sigset_t *mask) {
  return suspend_in_window(mask);
}

DSU_EXPORT int pause(void) {
  sigset_t current;
  DSU_REAL(pthread_sigmask)(SIG_BLOCK, NULL, &current);
  return suspend_in_window(&current);
}

/* X/Open's: waits with one signal let through. */
int __xpg_sigpause(int number);

DSU_EXPORT int __xpg_sigpause(int number) {
  sigset_t mask;
  DSU_REAL(pthread_sigmask)(SIG_BLOCK, NULL, &mask);
  if (sigdelset(&mask, number) != 0)
    return -1;
  return suspend_in_window(&mask);
}

/* BSD's, of which signal.h makes the other one: waits with a mask of the first
   32 signals. */
int bsd_sigpause(int mask) __asm__("sigpause");

DSU_EXPORT int bsd_sigpause(int mask) {
  sigset_t set;
  sigemptyset(&set);
  for (int number = 1; number <= 32; number++)
    if ((unsigned)mask >> (number - 1) & 1)
      sigaddset(&set, number);
  return suspend_in_window(&set);
}

DSU_INSIDE static int await_signal(const sigset_t *set, siginfo_t *info,
                                   const struct timespec *timeout) {
  struct dsu_call call = dsu_call_begin();
  sigset_t wanted = dsu_without_our_signal(set);
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  struct timespec left;
  const struct timespec *rest = timeout;
  int result;
  for (;;) {
    DSU_IN_WINDOW(call, result, DSU_REAL(sigtimedwait)(&wanted, info, rest));
    if (result >= 0 || !dsu_call_disturbed(&call))
      return result;
    rest = dsu_time_left(&left, timeout, start_ns);
  }
}

DSU_EXPORT int sigtimedwait(const sigset_t *set, siginfo_t *info,
                            const struct timespec *timeout) {
  return await_signal(set, info, timeout);
}

DSU_EXPORT int sigwaitinfo(const sigset_t *set, siginfo_t *info) {
  return await_signal(set, info, NULL);
}

/* Never fails with EINTR (POSIX). */
DSU_EXPORT int sigwait(const sigset_t *set, int *number) {
  int saved_errno = errno, result;
  do
    result = await_signal(set, NULL, NULL);
  while (result < 0 && errno == EINTR);
  int error = result < 0 ? errno : 0;
  errno = saved_errno;
  if (result >= 0)
    *number = result;
  return error;
}

/*--- Semaphores: absolute times, so trying again is enough ------------------*/

#define SEMAPHORE_CALL(NAME, PARAMETERS, ARGUMENTS)                            \
  DSU_EXPORT int NAME PARAMETERS {                                             \
    struct dsu_call call = dsu_call_begin();                                   \
    int result;                                                                \
    do                                                                         \
      DSU_IN_WINDOW(call, result, DSU_REAL(NAME) ARGUMENTS);                   \
    while (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call));      \
    return result;                                                             \
  }

SEMAPHORE_CALL(sem_wait, (sem_t * semaphore), (semaphore))
SEMAPHORE_CALL(sem_timedwait,
               (sem_t *restrict semaphore,
                const struct timespec *restrict until),
               (semaphore, until))
SEMAPHORE_CALL(sem_clockwait,
               (sem_t *restrict semaphore, clockid_t clock,
                const struct timespec *restrict until),
               (semaphore, clock, until))

/*--- Condition variables and threads: libc hides interruptions --------------*/

/* The mutex is held before and after: the agent is started here only by the
   main thread, which is no allocator's helper. */
static inline struct dsu_call begin_condition_wait(void) {
  struct dsu_call call = dsu_call_begin_locked();
  if (__builtin_expect(dsu_summon_pending != 0, 0) &&
      dsu_sys_gettid() == dsu_sys_getpid())
    dsu_summon_in_call();
  return call;
}

#define CONDITION_CALL(NAME, PARAMETERS, ARGUMENTS)                            \
  DSU_EXPORT int NAME PARAMETERS {                                             \
    struct dsu_call call = begin_condition_wait();                             \
    int result;                                                                \
    DSU_IN_WINDOW(call, result, DSU_REAL(NAME) ARGUMENTS);                     \
    return result;                                                             \
  }

CONDITION_CALL(pthread_cond_wait,
               (pthread_cond_t *restrict condition,
                pthread_mutex_t *restrict mutex),
               (condition, mutex))
CONDITION_CALL(pthread_cond_timedwait,
               (pthread_cond_t *restrict condition,
                pthread_mutex_t *restrict mutex,
                const struct timespec *restrict until),
               (condition, mutex, until))
CONDITION_CALL(pthread_cond_clockwait,
               (pthread_cond_t *restrict condition,
                pthread_mutex_t *restrict mutex, clockid_t clock,
                const struct timespec *restrict until),
               (condition, mutex, clock, until))
CONDITION_CALL(pthread_join, (pthread_t thread, void **value), (thread, value))

/*--- Processes: the kernel restarts these -----------------------------------*/

#define PROCESS_CALL(NAME, TYPE, PARAMETERS, ARGUMENTS)                        \
  DSU_EXPORT TYPE NAME PARAMETERS {                                            \
    struct dsu_call call = dsu_call_begin();                                   \
    TYPE result;                                                               \
    do                                                                         \
      DSU_IN_WINDOW(call, result, DSU_REAL(NAME) ARGUMENTS);                   \
    while (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call));      \
    return result;                                                             \
  }

PROCESS_CALL(wait, pid_t, (int *status), (status))
PROCESS_CALL(waitpid, pid_t, (pid_t pid, int *status, int options),
             (pid, status, options))
PROCESS_CALL(wait4, pid_t,
             (pid_t pid, int *status, int options, struct rusage *usage),
             (pid, status, options, usage))
PROCESS_CALL(waitid, int,
             (idtype_t type, id_t id, siginfo_t *info, int options),
             (type, id, info, options))

/*--- Requests that others carry out -----------------------------------------*/

/* The time is relative. */
#define SUSPEND_CALL(NAME, ELEMENT)                                            \
  DSU_EXPORT int NAME(const struct ELEMENT *const list[], int count,           \
                      const struct timespec *restrict timeout) {               \
    struct dsu_call call = dsu_call_begin();                                   \
    uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;                     \
    struct timespec left;                                                      \
    const struct timespec *rest = timeout;                                     \
    int result;                                                                \
    for (;;) {                                                                 \
      DSU_IN_WINDOW(call, result, DSU_REAL(NAME)(list, count, rest));          \
      if (result == 0 || !dsu_call_disturbed(&call))                           \
        return result;                                                         \
      rest = dsu_time_left(&left, timeout, start_ns);                          \
    }                                                                          \
  }

SUSPEND_CALL(aio_suspend, aiocb)
SUSPEND_CALL(aio_suspend64, aiocb64)
