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

/** Notes a request.  Async-signal-safe.  When too many are waiting it is
    dropped; the client's time runs out then. */
void dsu_agent_note(uint32_t nonce);

/** True while a request waits for an agent to be started: one relaxed load. */
bool dsu_agent_wanted(void);

/** Starts the agent if one is wanted.  Called in a thread's normal context
    (never in a signal handler), where calling pthread_create is allowed.
    errno is kept. */
void dsu_agent_start(void);

/** This process's directory in /proc and the one of its threads, as the client
    of the request that is being served has opened them: for a program that
    cannot reach /proc any more.  -1 if there is none.  Not to be closed. */
int dsu_agent_process_directory(void);
int dsu_agent_task_directory(void);

/** Whether the client of the request that is being served has gone: what it
    asked for must not happen any more. */
bool dsu_agent_abandoned(void);

/** Forgets the parent's agent and requests; called in the child of fork. */
void dsu_agent_after_fork(void);

#endif /* DSU_RT_AGENT_H */
