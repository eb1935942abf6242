/*===- request.h - one request to one process ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls the process's agent by a signal, connects to it and waits for its
// answer.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_REQUEST_H
#define DSUCTL_REQUEST_H

#include "process.h"

struct request {
  uint32_t op;         /* DSU_OP_* */
  uint32_t level;      /* 0: the patch's own */
  uint32_t timeout_ms; /* for everything together */
  const char *text;    /* the patch's path, the version to revert, or "" */
  int patch;           /* descriptor of a sealed memory file, or -1 */
  bool repeated;       /* with --wait: is sent again until it is allowed */
};

/** Carries the request out; always returns a reply, which the caller frees. */
json_t *request_send(const struct process *process,
                     const struct request *request);

#endif /* DSUCTL_REQUEST_H */
