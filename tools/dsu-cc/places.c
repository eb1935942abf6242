/*===- places.c - where dsu-cc finds its parts ----------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// DSU's own parts are found from the place of the running program, in a build
// tree as well as in an installed one; DSU_LIBDIR overrides that.  The compiler
// is the one that DSU was built for; DSU_CLANG overrides it.
//
//===----------------------------------------------------------------------===*/

#include "command.h"
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *directory_of_program(void) {
  char path[PATH_MAX];
  ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
  if (length <= 0)
    dsu_fatal("cannot find my own place by /proc/self/exe; is /proc mounted?");
  path[length] = '\0';
  *strrchr(path, '/') = '\0';
  return dsu_format("%s", path);
}

static const char *canonical(const char *path) {
  char resolved[PATH_MAX];
  return realpath(path, resolved) ? dsu_format("%s", resolved) : path;
}

static const char *library_directory(void) {
  const char *given = getenv("DSU_LIBDIR");
  if (given && *given)
    return given;
  const char *here = directory_of_program();
  const char *installed = dsu_format("%s/" DSU_CONFIG_LIBDIR_INSTALLED, here);
  if (access(dsu_format("%s/DSUPass.so", installed), R_OK) == 0)
    return canonical(installed);
  return canonical(dsu_format("%s/" DSU_CONFIG_LIBDIR_BUILD, here));
}

void dsu_find_places(struct dsu_places *places) {
  const char *clang = getenv("DSU_CLANG");
  const char *libraries = library_directory();
  places->clang = clang && *clang ? clang : DSU_CONFIG_CLANG;
  places->lld = DSU_CONFIG_LLD;
  places->unwind = DSU_CONFIG_UNWIND;
  places->plugin = dsu_format("%s/DSUPass.so", libraries);
  places->runtime = dsu_format("%s/libdsu_rt.a", libraries);
  places->strong_runtime = dsu_format("%s/libdsu_rt_strong.a", libraries);
  places->symbols = dsu_format("%s/dsu_rt.syms", libraries);
}
