/*===- open_object.h - dlopen of bytes that were checked ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hands a sealed memory file to the dynamic linker, by a path that was never
// used before: glibc takes a library whose name it knows for the one that it
// has loaded.  A program that has left /proc by chroot reaches it through the
// client; failing that a private copy in a writable directory takes its place.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_OPEN_OBJECT_H
#define DSU_RT_OPEN_OBJECT_H

#include "error.h"

#include <link.h>

struct dsu_object {
  void *handle;
  struct link_map *map; /* its l_addr has to be added to the file's addresses */
  char *opened_as;      /* what the dynamic linker called it */
};

/** Loads the object in `fd`, which stays the caller's. */
bool dsu_open_object(int fd, const void *bytes, uint64_t size,
                     struct dsu_object *object, struct dsu_error *error);

/** Sets what it is called, for debuggers and backtraces; `name` has to live as
    long as the object. */
void dsu_name_object(struct dsu_object *object, const char *name);

/** Unloads it. */
void dsu_close_object(struct dsu_object *object);

#endif /* DSU_RT_OPEN_OBJECT_H */
