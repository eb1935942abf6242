/*===- patch_source.h - the patch file, read once -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The file is copied into a sealed memory file: what is checked, sent and
// loaded are the same bytes, whatever happens to the file meanwhile.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_PATCH_SOURCE_H
#define DSUCTL_PATCH_SOURCE_H

#include "reply.h"

/** A descriptor of the sealed copy, or -1 with the refusal. */
int patch_source_open(const char *path, json_t **refusal);

/** The hash at the end of a patch file in hex, by which a process knows what
    it has loaded; or the refusal. */
json_t *patch_source_hash(const char *path, char hex[2 * DSU_ID_SIZE + 1]);

#endif /* DSUCTL_PATCH_SOURCE_H */
