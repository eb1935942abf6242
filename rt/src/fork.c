/*===- fork.c - forking while the agent is at work ------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The order of locks.  dlopen, which the agent calls with the fork lock held,
// may allocate; an allocator that is application code takes all of its locks in
// its own fork handler.  If ours ran after it, each would wait for the other.
// Handlers that prepare a fork run in the opposite order of their registration,
// so ours is registered twice: at the start, so that no fork is ever without
// it, and when the agent first needs it, long after allocators have set
// themselves up.  Should somebody register later all the same, the wait is
// bounded, and the fork goes ahead without the lock.
//
//===----------------------------------------------------------------------===*/

#include "fork.h"

#include "agent.h"
#include "stop.h"
#include "sys.h"
#include "thread.h"

#include <pthread.h>
#include <stdbool.h>

enum { PATIENCE_S = 2 };

pid_t dsu_process_id;

/* Recursive: attempts are nested in other critical parts. */
static pthread_mutex_t mutex = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static bool registered_late;   /* the agent's alone */
static DSU_TLS uint32_t holds; /* how often this fork has taken the lock */

static void before_fork(void) {
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += PATIENCE_S;
  if (pthread_mutex_timedlock(&mutex, &until) == 0)
    ++holds;
}

static void after_fork_in_parent(void) {
  if (holds == 0)
    return;
  --holds;
  pthread_mutex_unlock(&mutex);
}

static void after_fork_in_child(void) {
  mutex = (pthread_mutex_t)PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
  holds = 0;
  dsu_thread_after_fork();
  dsu_stop_after_fork();
  dsu_agent_after_fork();
  dsu_process_id = dsu_sys_getpid(); /* from now on requests are taken */
}

void dsu_fork_init(void) {
  dsu_process_id = dsu_sys_getpid();
  pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
}

void dsu_fork_lock(void) {
  if (!registered_late)
    registered_late =
        pthread_atfork(before_fork, after_fork_in_parent, NULL) == 0;
  pthread_mutex_lock(&mutex);
}

void dsu_fork_unlock(void) { pthread_mutex_unlock(&mutex); }
