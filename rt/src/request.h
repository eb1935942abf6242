/*===- request.h - one connection, one request --------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a client may ask is decided by who it is: the process's own user and
// root, or root alone (credentials.h).  For the agent only, one at a time.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_REQUEST_H
#define DSU_RT_REQUEST_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>

/** Takes a connection over; false, and it is closed, if its other end may not
    ask, or cannot be answered. */
bool dsu_request_open(int fd);

/** Reads the request, carries it out, answers and closes. */
void dsu_request_serve(void);

/** The directory of this process's threads in /proc, by way of the client of
    the request that is being served: for a program that cannot reach /proc any
    more.  -1 if there is none.  Not to be closed. */
int dsu_request_task_directory(void);

/** Why what was asked for must not happen any more: the client has gone, or the
    process has given up powers that the agent still has.  DSU_OK to go on. */
enum dsu_reason dsu_request_give_up(void);

/** Forgets the parent's request; called in the child of fork. */
void dsu_request_after_fork(void);

#endif /* DSU_RT_REQUEST_H */
