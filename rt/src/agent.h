/*===- agent.h - the thread that serves requests -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The agent exists only while there is a request (design §9): a program that
// has one thread keeps one.  The signal handler notes the request's nonce; the
// next blocking call of any thread that holds no lock of libc's starts it.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_AGENT_H
#define DSU_RT_AGENT_H

#include <stdbool.h>
#include <stdint.h>

/** Notes a request.  Async-signal-safe.  When too many are waiting the oldest
    is dropped; its client calls again. */
void dsu_agent_note(uint32_t nonce);

/** True while a request waits for an agent to be started: one relaxed load. */
bool dsu_agent_wanted(void);

/** Starts the agent if one is wanted.  Called in a thread's normal context
    (never in a signal handler), where calling pthread_create is allowed.
    errno is kept. */
void dsu_agent_start(void);

/** Whether the agent has powers that the program has given up for good. */
bool dsu_agent_outlived_powers(void);

/** Forgets the parent's agent and requests; called in the child of fork. */
void dsu_agent_after_fork(void);

#endif /* DSU_RT_AGENT_H */
