/*===- posix.h - the kernel's calls by their POSIX names ---------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program may have a function of its own called open, close or bind: POSIX
// reserves such names only where their headers are included, and libc uses
// others internally.  The runtime is linked into the program, so a call by such
// a name would reach the program's function.  Where this header is included, as
// the last one, these names go to the kernel, and set errno as libc does.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_POSIX_H
#define DSU_RT_POSIX_H

#include "sys.h"

#include <errno.h>
#include <fcntl.h>

static inline long dsu_posix(long number, long a, long b, long c, long d,
                             long e, long f) {
  long result = dsu_sys6(number, a, b, c, d, e, f);
  if (result >= 0 || result < -4095)
    return result;
  errno = (int)-result;
  return -1;
}

#define DSU_POSIX_1(N, A) dsu_posix(N, (long)(A), 0, 0, 0, 0, 0)
#define DSU_POSIX_2(N, A, B) dsu_posix(N, (long)(A), (long)(B), 0, 0, 0, 0)
#define DSU_POSIX_3(N, A, B, C)                                                \
  dsu_posix(N, (long)(A), (long)(B), (long)(C), 0, 0, 0)
#define DSU_POSIX_4(N, A, B, C, D)                                             \
  dsu_posix(N, (long)(A), (long)(B), (long)(C), (long)(D), 0, 0)
#define DSU_POSIX_5(N, A, B, C, D, E)                                          \
  dsu_posix(N, (long)(A), (long)(B), (long)(C), (long)(D), (long)(E), 0)
#define DSU_POSIX_6(N, A, B, C, D, E, F)                                       \
  dsu_posix(N, (long)(A), (long)(B), (long)(C), (long)(D), (long)(E), (long)(F))
#define read(FD, TO, SIZE) ((ssize_t)DSU_POSIX_3(SYS_read, FD, TO, SIZE))
#define write(FD, DATA, SIZE) ((ssize_t)DSU_POSIX_3(SYS_write, FD, DATA, SIZE))
#define open(PATH, ...) openat(AT_FDCWD, PATH, __VA_ARGS__)
#define openat(FD, PATH, ...) DSU_OPENAT(FD, PATH, __VA_ARGS__, 0, 0)
#define DSU_OPENAT(FD, PATH, FLAGS, MODE, ...)                                 \
  ((int)DSU_POSIX_4(SYS_openat, FD, PATH, FLAGS, MODE))
#define close(FD) ((int)DSU_POSIX_1(SYS_close, FD))
#define fcntl(FD, ...) DSU_FCNTL(FD, __VA_ARGS__, 0, 0)
#define DSU_FCNTL(FD, COMMAND, VALUE, ...)                                     \
  ((int)DSU_POSIX_3(SYS_fcntl, FD, COMMAND, VALUE))
#define stat(PATH, INFO) fstatat(AT_FDCWD, PATH, INFO, 0)
#define fstat(FD, INFO) ((int)DSU_POSIX_2(SYS_fstat, FD, INFO))
#define fstatat(FD, PATH, INFO, FLAGS)                                         \
  ((int)DSU_POSIX_4(SYS_newfstatat, FD, PATH, INFO, FLAGS))
#define fstatfs(FD, INFO) ((int)DSU_POSIX_2(SYS_fstatfs, FD, INFO))
#define faccessat(FD, PATH, MODE, FLAGS)                                       \
  ((int)DSU_POSIX_3(SYS_faccessat, FD, PATH, MODE))
#define prctl(...) DSU_PRCTL(__VA_ARGS__, 0, 0)
#define DSU_PRCTL(OPTION, VALUE, ...)                                          \
  ((int)DSU_POSIX_2(SYS_prctl, OPTION, VALUE))
#define unlink(PATH) ((int)DSU_POSIX_1(SYS_unlink, PATH))
#define readlink(PATH, TO, SIZE)                                               \
  ((ssize_t)DSU_POSIX_3(SYS_readlink, PATH, TO, SIZE))
#define fchdir(FD) ((int)DSU_POSIX_1(SYS_fchdir, FD))
#define socket(DOMAIN, TYPE, PROTOCOL)                                         \
  ((int)DSU_POSIX_3(SYS_socket, DOMAIN, TYPE, PROTOCOL))
#define bind(FD, ADDRESS, SIZE) ((int)DSU_POSIX_3(SYS_bind, FD, ADDRESS, SIZE))
#define listen(FD, COUNT) ((int)DSU_POSIX_2(SYS_listen, FD, COUNT))
#define getsockopt(FD, LEVEL, NAME, VALUE, SIZE)                               \
  ((int)DSU_POSIX_5(SYS_getsockopt, FD, LEVEL, NAME, VALUE, SIZE))
#define sendto(FD, DATA, SIZE, FLAGS, TO, TO_SIZE)                             \
  ((ssize_t)DSU_POSIX_6(SYS_sendto, FD, DATA, SIZE, FLAGS, TO, TO_SIZE))
#define mmap(AT, SIZE, PROTECTION, FLAGS, FD, OFFSET)                          \
  ((void *)DSU_POSIX_6(SYS_mmap, AT, SIZE, PROTECTION, FLAGS, FD, OFFSET))
#define munmap(AT, SIZE) ((int)DSU_POSIX_2(SYS_munmap, AT, SIZE))
#define mprotect(AT, SIZE, PROTECTION)                                         \
  ((int)DSU_POSIX_3(SYS_mprotect, AT, SIZE, PROTECTION))
#define unshare(FLAGS) ((int)DSU_POSIX_1(SYS_unshare, FLAGS))
#define getrandom(TO, SIZE, FLAGS)                                             \
  ((ssize_t)DSU_POSIX_3(SYS_getrandom, TO, SIZE, FLAGS))

#endif /* DSU_RT_POSIX_H */
