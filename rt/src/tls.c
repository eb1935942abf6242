/*===- tls.c - where thread-local data lie --------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// By the dynamic linker's own functions, which libc uses, too.  They are not
// part of the public interface, so they may be missing.
//
//===----------------------------------------------------------------------===*/

#include "tls.h"

#include <dlfcn.h>

bool dsu_tls_static_block(size_t *size, size_t *align) {
  void (*ask)(size_t *, size_t *) =
      (__typeof__(ask))dlsym(RTLD_DEFAULT, "_dl_get_tls_static_info");
  if (ask)
    ask(size, align);
  return ask != NULL;
}

void *dsu_tls_allocate(void *head) {
  void *(*allocate)(void *) =
      (__typeof__(allocate))dlsym(RTLD_DEFAULT, "_dl_allocate_tls");
  return allocate ? allocate(head) : NULL;
}
