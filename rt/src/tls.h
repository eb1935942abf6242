/*===- tls.h - where thread-local data lie ----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_TLS_H
#define DSU_RT_TLS_H

#include <stdbool.h>
#include <stddef.h>

/** Size in bytes and alignment of the block below the thread pointer, in which
    data have the same offset in every thread; what libc keeps of a thread above
    it is counted.  False with a libc that does not tell.  Thread-safe. */
bool dsu_tls_static_block(size_t *size, size_t *align);

/** A new thread's data, with its head at `head` and initialized blocks below;
    null without memory, or with a libc that does not offer it.  Never freed. */
void *dsu_tls_allocate(void *head);

#endif /* DSU_RT_TLS_H */
