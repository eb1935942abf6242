/*===- sys.h - the few system calls that libc does not wrap well -*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All are async-signal-safe, take no lock and leave errno as it was unless it
// says otherwise: they run while threads are held, and in signal handlers.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_SYS_H
#define DSU_RT_SYS_H

#include <errno.h>
#include <linux/futex.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

/** A system call without errno: the kernel's result, -errno on failure. */
static inline long dsu_sys6(long number, long a, long b, long c, long d, long e,
                            long f) {
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
                     "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
}

/** Signals that libc keeps for itself, to cancel threads and to change the ids
    of all of them. */
enum { DSU_LIBC_CANCEL = 32, DSU_LIBC_SETXID = 33 };

/** A signal's bit in the kernel's masks. */
static inline uint64_t dsu_signal_bit(int number) {
  return 1ull << (number - 1);
}

static inline pid_t dsu_sys_gettid(void) {
  return (pid_t)dsu_sys6(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

static inline pid_t dsu_sys_getpid(void) {
  return (pid_t)dsu_sys6(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

/** Whether libc would end the program if a thread were made: that happens where
    it has registered rseq and a filter (seccomp) now forbids it.  The call is
    one that the kernel never accepts. */
static inline bool dsu_sys_rseq_forbidden(void) {
  extern const unsigned __rseq_size __attribute__((weak));
  return &__rseq_size && __rseq_size != 0 &&
         dsu_sys6(SYS_rseq, 0, 0, 0, 0, 0, 0) != -EINVAL;
}

/** Waits while *word == value; 0, -ETIMEDOUT, -EAGAIN or -EINTR. */
static inline long dsu_sys_futex_wait(_Atomic(uint32_t) *word, uint32_t value,
                                      const struct timespec *relative) {
  return dsu_sys6(SYS_futex, (long)word, FUTEX_WAIT_PRIVATE, value,
                  (long)relative, 0, 0);
}

static inline void dsu_sys_futex_wake(_Atomic(uint32_t) *word, int count) {
  dsu_sys6(SYS_futex, (long)word, FUTEX_WAKE_PRIVATE, count, 0, 0, 0);
}

/** Zeroed private memory, null on failure. */
static inline void *dsu_sys_map(size_t size) {
  long result = dsu_sys6(SYS_mmap, 0, (long)size, PROT_READ | PROT_WRITE,
                         MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return result < 0 && result > -4096 ? NULL : (void *)result;
}

static inline uint64_t dsu_to_ns(const struct timespec *time) {
  return (uint64_t)time->tv_sec * 1000000000u + (uint64_t)time->tv_nsec;
}

/** CLOCK_MONOTONIC in nanoseconds. */
static inline uint64_t dsu_now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return dsu_to_ns(&now);
}

/** Whether a word that other threads write is not 0: a relaxed load and its
   test in one instruction, which compilers do not make of it. */
static inline bool dsu_is_set(const _Atomic(uint32_t) *word) {
  bool set;
  __asm__ volatile("cmpl $0, %1" : "=@ccne"(set) : "m"(*word));
  return __builtin_expect(set, 0);
}

#endif /* DSU_RT_SYS_H */
