/*===- reply.h - the outcome of a request as JSON -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every outcome, the agent's and dsuctl's own, is one JSON object with
// `reason`, `message`, `pid`, and for refusals `detail` and `remedy`, so that
// there is one way to print it and one meaning of exit statuses.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_REPLY_H
#define DSUCTL_REPLY_H

#include "dsu/dsu_abi.h"

#include <jansson.h>
#include <sys/types.h>

/** A refusal that dsuctl makes itself; `remedy` may be null.  Ends the program
    if there is no memory. */
json_t *reply_refusal(pid_t pid, enum dsu_reason reason, const char *remedy,
                      const char *format, ...)
    __attribute__((format(printf, 4, 5), returns_nonnull));

/** The reason in a reply; DSU_E_INTERNAL if it has none that is known. */
enum dsu_reason reply_reason(const json_t *reply);

/** A text in a reply, "" if it is not there. */
const char *reply_text(const json_t *reply, const char *key);

#endif /* DSUCTL_REPLY_H */
