/*===- sha256.h - SHA-256 -----------------------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The hash at the end of a patch file and nothing else: no key is involved and
// speed does not matter.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_SHA256_H
#define DSU_RT_SHA256_H

#include <stddef.h>

/** Writes the 32 bytes of SHA-256 over `size` bytes at `data`. */
void dsu_sha256(const void *data, size_t size, unsigned char digest[32]);

/** The same without the processor's instructions for it; for tests. */
void dsu_sha256_portable(const void *data, size_t size,
                         unsigned char digest[32]);

#endif /* DSU_RT_SHA256_H */
