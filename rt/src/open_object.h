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

#include <sys/stat.h>

struct dsu_object {
  void *handle;
  uintptr_t address; /* what has to be added to the file's addresses */
  int descriptor;    /* of the memory file, -1 if a copy was loaded */
  dev_t device;
  ino_t inode;
};

/** Loads the object.  On success *fd is taken over and set to -1. */
bool dsu_open_object(int *fd, const void *bytes, uint64_t size,
                     struct dsu_object *object, struct dsu_error *error);

/** Moves a descriptor to a number that programs do not expect, closing the old
    one; close-on-exec.  The number may stay as it is, but is never 0 to 2;
    -1 if that cannot be had. */
int dsu_move_descriptor(int fd);

#endif /* DSU_RT_OPEN_OBJECT_H */
