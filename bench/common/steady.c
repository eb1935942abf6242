/*===- steady.c - makes runs of a server or client alike ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// To be preloaded where instructions are counted.  Random numbers become
// constant: a hash's seed decides how long its chains are.  Limits on resources
// stay as they are: valgrind refuses to raise them, and memcached insists.
//
//===----------------------------------------------------------------------===*/

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
  (void)resource;
  (void)limit;
  return 0;
}

ssize_t getrandom(void *buffer, size_t length, unsigned flags) {
  (void)flags;
  memset(buffer, 0x5a, length);
  return (ssize_t)length;
}

FILE *fopen(const char *path, const char *mode) {
  FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
  return real(strcmp(path, "/dev/urandom") == 0 ? "/dev/zero" : path, mode);
}
