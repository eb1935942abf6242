/*===- thread.c - per-thread records and windows --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Records live in chunks that are never freed: the updater reads them while
// their owners come and go.  A record is claimed by swapping the thread's id
// into a free one and given back by a thread-specific-data destructor; one that
// a thread leaves behind in some other way stays, and counts for nothing: the
// updater asks the kernel whether there is such a thread.
//
//===----------------------------------------------------------------------===*/

#include "thread.h"

#include "fork.h"
#include "real.h"
#include "sys.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { RECORDS_PER_CHUNK = 255 };

struct chunk {
  struct chunk *_Atomic next;
  struct dsu_thread records[RECORDS_PER_CHUNK];
};

_Atomic(uint32_t) dsu_committing;
DSU_TLS struct dsu_thread *dsu_self_record;
DSU_TLS volatile union dsu_signal_counts dsu_signal_counts;

static struct chunk first_chunk; /* untouched pages cost nothing */
static pthread_key_t exit_key;
static bool have_exit_key;

/* Handles of threads that were cancelled, removed by their owners only: when
   they claim a record, and when they end.  An entry may outlive a thread that
   never had a record; whoever gets its handle next is then taken for cancelled,
   which costs it no more than being called by the signal. */
enum { CANCELLED_HANDLES = 64 };
static _Atomic(uintptr_t) cancelled_handles[CANCELLED_HANDLES];
static _Atomic(uint32_t) all_cancelled; /* no room: nobody is believed */

static void note_cancelled(uintptr_t handle) {
  for (size_t i = 0; i < CANCELLED_HANDLES; i++) {
    uintptr_t there = 0;
    if (atomic_compare_exchange_strong(&cancelled_handles[i], &there, handle) ||
        there == handle)
      return;
  }
  atomic_store(&all_cancelled, 1);
}

/* Removes the calling thread's handle; whether it was there. */
static bool take_cancelled(uintptr_t handle) {
  bool found = false;
  for (size_t i = 0; i < CANCELLED_HANDLES; i++)
    if (atomic_load(&cancelled_handles[i]) == handle) {
      atomic_store(&cancelled_handles[i], 0); /* no other takes ours away */
      found = true;
    }
  return found;
}

static void at_thread_exit(void *record) {
  take_cancelled((uintptr_t)pthread_self());
  dsu_self_record = NULL;
  dsu_thread_forget(record);
}

void dsu_thread_end(void) {
  if (dsu_self_record)
    at_thread_exit(dsu_self_record);
}

void dsu_thread_init(void) {
  have_exit_key = pthread_key_create(&exit_key, at_thread_exit) == 0;
}

/* The next chunk of the list, made when there is none. */
static struct chunk *following_chunk(struct chunk *chunk) {
  struct chunk *next = atomic_load_explicit(&chunk->next, memory_order_acquire);
  if (next)
    return next;
  struct chunk *fresh = dsu_sys_map(sizeof *fresh);
  if (!fresh)
    return NULL;
  if (atomic_compare_exchange_strong(&chunk->next, &next, fresh))
    return fresh;
  munmap(fresh, sizeof *fresh);
  return next;
}

struct dsu_thread *dsu_thread_register(void) {
  /* The record would be the parent's afterwards, under the child's number. */
  if (dsu_in_vfork_child())
    return NULL;
  int saved_errno = errno;
  pid_t tid = dsu_sys_gettid();
  dsu_real_init(); /* who has a record need not ask (DSU_REAL_READY) */
  struct dsu_thread *mine = NULL;
  for (struct chunk *chunk = &first_chunk; chunk && !mine;
       chunk = mine ? chunk : following_chunk(chunk)) {
    for (size_t i = 0; i < RECORDS_PER_CHUNK && !mine; i++) {
      pid_t expected = 0;
      if (atomic_load_explicit(&chunk->records[i].tid, memory_order_relaxed) ==
              0 &&
          atomic_compare_exchange_strong(&chunk->records[i].tid, &expected,
                                         tid))
        mine = &chunk->records[i];
    }
  }
  if (mine) {
    mine->in = 0;
    mine->cancelled = 0;
    atomic_store(&mine->handle, (uintptr_t)pthread_self());
    /* Who cancels us notes the handle before looking for the record: one of
       both is seen. */
    if (take_cancelled(mine->handle) || atomic_load(&all_cancelled))
      mine->cancelled = 1;
    if (have_exit_key)
      pthread_setspecific(exit_key, mine);
    dsu_self_record = mine;
  }
  errno = saved_errno;
  return mine;
}

void dsu_thread_each(void (*each)(struct dsu_thread *, void *), void *context) {
  for (struct chunk *chunk = &first_chunk; chunk;
       chunk = atomic_load_explicit(&chunk->next, memory_order_acquire))
    for (size_t i = 0; i < RECORDS_PER_CHUNK; i++)
      if (atomic_load_explicit(&chunk->records[i].tid, memory_order_acquire))
        each(&chunk->records[i], context);
}

void dsu_thread_forget(struct dsu_thread *thread) {
  thread->in = 0;
  atomic_store(&thread->handle, 0);
  atomic_store_explicit(&thread->tid, 0, memory_order_release);
}

static void mark_if_same(struct dsu_thread *thread, void *handle) {
  if (atomic_load(&thread->handle) == *(const uintptr_t *)handle)
    thread->cancelled = 1;
}

void dsu_thread_mark_cancelled(uintptr_t handle) {
  note_cancelled(handle);
  dsu_thread_each(mark_if_same, &handle);
}

/* Reads 1 where the updater is, and 0 in a copy of its memory. */
static _Atomic(uint32_t) *memory_mark;

bool dsu_thread_mark_memory(void) {
  enum { SIZE = 4096 };
  if (!memory_mark) {
    void *page = dsu_sys_map(SIZE);
    if (!page)
      return false;
    dsu_sys6(SYS_madvise, (long)page, SIZE, MADV_WIPEONFORK, 0, 0, 0);
    memory_mark = page;
  }
  atomic_store(memory_mark, 1);
  return true;
}

/* A child of fork whose handlers have not run yet, or are not run (_Fork). */
static bool commit_was_copied(void) {
  return memory_mark && atomic_load(memory_mark) == 0;
}

void dsu_window_wait(struct dsu_thread *self) {
  int saved_errno = errno;
  do {
    if (commit_was_copied()) {
      atomic_store(&dsu_committing, 0);
      break;
    }
    self->in = 1;
    dsu_sys_futex_wait(&dsu_committing, 1, NULL);
    self->in = 0;
    /* The same check as in dsu_window_leave: the next commit may have begun
       between the wake-up and in = 0. */
    atomic_signal_fence(memory_order_seq_cst);
  } while (atomic_load_explicit(&dsu_committing, memory_order_relaxed) != 0);
  errno = saved_errno;
}

static void forget_unless_self(struct dsu_thread *thread, void *context) {
  (void)context;
  if (thread != dsu_self_record)
    dsu_thread_forget(thread);
}

void dsu_thread_after_fork(void) {
  atomic_store(&dsu_committing, 0);
  dsu_thread_each(forget_unless_self, NULL);
  for (size_t i = 0; i < CANCELLED_HANDLES; i++)
    if (cancelled_handles[i] != (uintptr_t)pthread_self())
      atomic_store(&cancelled_handles[i], 0);
  if (dsu_self_record)
    atomic_store(&dsu_self_record->tid, dsu_sys_gettid());
}
