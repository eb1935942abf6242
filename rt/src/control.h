/*===- control.h - what a request asks for, and the answer --------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One call takes a request through to the JSON text of its reply.  The agent
// (agent.c) owns the sockets, this part the meaning.  Every reply has `reason`
// and `message`; refusals have `detail` and `remedy`; the rest is in the order
// in which dsuctl prints it.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_CONTROL_H
#define DSU_RT_CONTROL_H

#include "error.h"
#include "json.h"

/** Carries out a request.  `body` is NUL-terminated.  `fd` is the descriptor
    that came with it or -1, and is taken over. */
enum dsu_reason dsu_control_serve(const struct dsu_request *request,
                                  const char *body, int fd,
                                  struct dsu_json *reply);

/** Writes the reply to a request that is refused as a whole. */
void dsu_control_refuse(struct dsu_json *reply, const struct dsu_error *error);

#endif /* DSU_RT_CONTROL_H */
