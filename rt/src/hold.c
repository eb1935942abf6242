/*===- hold.c - holding all threads ---------------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   1. committing = 1, membarrier: from now on no thread leaves a window.
//   2. List all threads.  Those in a window stay as they are, the others get
//      the signal, whose handler saves its context and waits.  List again
//      until no thread is new.
//
// A signal that arrives after its attempt has ended finds another generation
// and returns at once.
//
//===----------------------------------------------------------------------===*/

#include "hold.h"

#include "handlers.h"
#include "signals.h"
#include "task_list.h"

#include <linux/membarrier.h>
#include <signal.h>
#include <string.h>

enum {
  PARK_SLICE_NS = 200 * 1000,       /* between looks at missing threads */
  PARK_LIMIT_NS = 20 * 1000 * 1000, /* the longest that threads are held for
                                       others to come */
  MARGIN = 64,                      /* threads may be born meanwhile */
  PER_PAGE = 4096 / sizeof(struct dsu_seat),
};

/* The attempt in progress.  Handlers read generation and the seats.  The state
   of a seat holds the generation, too, so that a handler that is late by a
   whole attempt cannot take a seat of the next one. */
static _Atomic(uint32_t) generation;   /* even: none in progress; a futex */
static struct dsu_seat *_Atomic seats; /* outgrown arrays stay mapped */
static _Atomic(size_t) seat_capacity;
static size_t seat_count;
static _Atomic(uint32_t) parked_count; /* a futex */

static pid_t runtime_tid; /* who holds the others */
static pid_t waiting_tid; /* who waits for that one, 0 for nobody */

/*--- The threads' side ------------------------------------------------------*/

static uint32_t seat_word(uint32_t of_generation, enum dsu_seat_state state) {
  return of_generation * 8 + state;
}

/* Moves a seat of this generation from one state to another. */
static bool advance(struct dsu_seat *seat, uint32_t of_generation,
                    enum dsu_seat_state from, enum dsu_seat_state to) {
  uint32_t expected = seat_word(of_generation, from);
  return atomic_compare_exchange_strong(&seat->state, &expected,
                                        seat_word(of_generation, to));
}

enum dsu_seat_state dsu_seat_state(const struct dsu_seat *seat) {
  return (enum dsu_seat_state)(
      atomic_load_explicit(&seat->state, memory_order_acquire) % 8);
}

/* Waits until the attempt for which the thread was called is over. */
static void park(uint32_t my_generation, uint32_t index,
                 const ucontext_t *context) {
  if (index >= atomic_load(&seat_capacity))
    return; /* not our value: the program has queued the signal to itself */
  struct dsu_seat *seat = &atomic_load(&seats)[index];
  if (!advance(seat, my_generation, SEAT_CALLED, SEAT_CLAIMED) &&
      !advance(seat, my_generation, SEAT_WINDOW, SEAT_CLAIMED))
    return;
  seat->context = context;
  advance(seat, my_generation, SEAT_CLAIMED, SEAT_PARKED);
  atomic_fetch_add_explicit(&parked_count, 1, memory_order_release);
  dsu_sys_futex_wake(&parked_count, 1);
  while (atomic_load_explicit(&generation, memory_order_acquire) ==
         my_generation)
    dsu_sys_futex_wait(&generation, my_generation, NULL);
}

bool dsu_hold_called(uint64_t value, const ucontext_t *context) {
  uint32_t called_for = (uint32_t)(value >> 32);
  if (!(called_for & 1))
    return false;
  if (atomic_load_explicit(&generation, memory_order_acquire) == called_for)
    park(called_for, (uint32_t)value, context);
  return true;
}

/*--- Holding ----------------------------------------------------------------*/

/* A handler that was installed past the runtime does not leave the window that
   it interrupts: with such a handler every thread is called by the signal. */
static bool windows_believed;

bool dsu_hold_believes_windows(void) { return windows_believed; }

/* A filter of the program's may forbid it (seccomp). */
static bool membarrier_all(struct dsu_outcome *outcome) {
  if (dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0,
               0) == 0)
    return true;
  outcome->function = "membarrier";
  return false;
}

bool dsu_hold_queue(pid_t tid, uint64_t value) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = dsu_our_signal();
  info.si_code = SI_QUEUE;
  info.si_pid = dsu_sys_getpid();
  info.si_value.sival_ptr = (void *)(uintptr_t)value;
  return dsu_sys6(SYS_rt_tgsigqueueinfo, info.si_pid, tid, info.si_signo,
                  (long)&info, 0, 0) != -ESRCH;
}

/* Asks a thread to park; false if it does not exist.  Where the signal cannot
   be queued the thread stays called, and the attempt fails in time. */
static bool call_thread(pid_t tid, uint32_t index) {
  return dsu_hold_queue(tid, (uint64_t)atomic_load(&generation) << 32 | index);
}

static struct dsu_seat *find_seat(pid_t tid) {
  for (size_t i = 0; i < seat_count; i++)
    if (seats[i].tid == tid)
      return &seats[i];
  return NULL;
}

struct round {
  size_t added;
  bool full;
};

/* Gives a thread that has none yet a seat. */
static bool seat_thread(pid_t tid, void *context) {
  struct round *round = context;
  if (tid == runtime_tid || tid == waiting_tid || find_seat(tid))
    return true;
  if (seat_count == seat_capacity) {
    round->full = true;
    return false;
  }
  struct dsu_seat *seat = &seats[seat_count];
  seat->tid = tid;
  seat->context = NULL;
  seat->thread = NULL;
  atomic_store(&seat->state, seat_word(generation, SEAT_CALLED));
  seat_count++;
  round->added++;
  return true;
}

/* Threads that were never in a window have no record.  Kept for the next time.
 */
enum { MOST_FOUND = 1024 };
static pid_t found[MOST_FOUND];
static size_t found_count;

static void seat_record(struct dsu_thread *thread, void *context) {
  pid_t tid = atomic_load(&thread->tid);
  if (tid)
    seat_thread(tid, context);
}

static bool list_threads(int task_fd, struct round *round) {
  if (task_fd >= 0)
    return dsu_task_each(task_fd, seat_thread, round);
  dsu_thread_each(seat_record, round);
  for (size_t i = 0; i < found_count; i++)
    seat_thread(found[i], round);
  return !round->full;
}

/* A thread inside a window is where it has to be; see thread.h (C). */
static void take_window(struct dsu_thread *thread, void *context) {
  (void)context;
  if (!windows_believed)
    return;
  struct dsu_seat *seat = find_seat(atomic_load(&thread->tid));
  if (!seat || !thread->in || thread->cancelled)
    return;
  seat->thread = thread;
  advance(seat, generation, SEAT_CALLED, SEAT_WINDOW);
}

/* Waits until no seat is SEAT_CALLED.  A window that is entered after the call
   counts, too: such a thread blocks every signal, or will take it later. */
static bool wait_for_parked(int task_fd, uint64_t until) {
  for (;;) {
    uint32_t before = atomic_load_explicit(&parked_count, memory_order_acquire);
    dsu_thread_each(take_window, NULL);
    bool missing = false;
    for (size_t i = 0; i < seat_count && !missing; i++)
      missing = dsu_seat_state(&seats[i]) <= SEAT_CLAIMED;
    if (!missing)
      return true;
    uint64_t now = dsu_now_ns();
    if (now >= until)
      return false;
    struct timespec slice = {.tv_nsec = PARK_SLICE_NS};
    if (dsu_sys_futex_wait(&parked_count, before, &slice) == -ETIMEDOUT)
      for (size_t i = 0; i < seat_count; i++)
        if (dsu_seat_state(&seats[i]) == SEAT_CALLED &&
            dsu_task_is_gone(task_fd, seats[i].tid))
          advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
  }
}

/* Whether every thread of the process has a seat.  That a listing brings no new
   thread does not prove it (task_list.h). */
static bool all_seated(int task_fd) {
  size_t known = waiting_tid ? 2 : 1; /* with the caller */
  size_t count;
  if (!dsu_task_count(task_fd, &count))
    return task_fd < 0;
  for (size_t i = 0; i < seat_count; i++)
    known += dsu_seat_state(&seats[i]) != SEAT_GONE ||
             dsu_task_exists(seats[i].tid); /* a zombie: counted */
  return count <= known;
}

/* Seats and calls threads until a listing brings no new one. */
static enum dsu_reason gather(int task_fd, struct dsu_outcome *outcome) {
  uint64_t until = dsu_now_ns() + PARK_LIMIT_NS;
  for (;;) {
    struct round round = {0};
    size_t first = seat_count;
    if (!list_threads(task_fd, &round))
      return round.full ? DSU_E_NO_MEMORY : DSU_E_STOP;
    if (round.added == 0) {
      if (all_seated(task_fd))
        return DSU_OK;
      if (task_fd < 0 || dsu_now_ns() >= until)
        return DSU_E_STOP;
      continue;
    }
    dsu_thread_each(take_window, NULL);
    for (size_t i = first; i < seat_count; i++)
      if (dsu_seat_state(&seats[i]) == SEAT_CALLED &&
          !call_thread(seats[i].tid, (uint32_t)i))
        advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
    if (!wait_for_parked(task_fd, until)) {
      for (size_t i = 0; i < seat_count; i++)
        if (dsu_seat_state(&seats[i]) <= SEAT_CLAIMED)
          outcome->tid = seats[i].tid;
      return DSU_E_STOP;
    }
  }
}

/* After this no handler of this attempt can touch a seat any more. */
static void close_seats(void) {
  for (size_t i = 0; i < seat_count; i++) {
    advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
    advance(&seats[i], generation, SEAT_WINDOW, SEAT_GONE);
    while (dsu_seat_state(&seats[i]) == SEAT_CLAIMED)
      dsu_sys6(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
  }
}

void dsu_hold_release(void) {
  close_seats();
  atomic_fetch_add(&generation, 1);
  dsu_sys_futex_wake(&generation, INT32_MAX);
  atomic_store(&dsu_committing, 0);
  dsu_sys_futex_wake(&dsu_committing, INT32_MAX);
}

static bool reserve_seats(size_t threads) {
  size_t wanted = threads * 2 + MARGIN;
  if (wanted <= seat_capacity)
    return true;
  wanted = (wanted + PER_PAGE - 1) / PER_PAGE * PER_PAGE;
  struct dsu_seat *bigger = dsu_sys_map(wanted * sizeof *bigger);
  if (!bigger)
    return false;
  atomic_store(&seats, bigger);
  seat_capacity = wanted;
  return true;
}

static bool count_thread(pid_t tid, void *count) {
  (void)tid;
  ++*(size_t *)count;
  return true;
}

struct lookup {
  pid_t tid;
  bool found;
};

static void compare_record(struct dsu_thread *thread, void *context) {
  struct lookup *lookup = context;
  lookup->found |= atomic_load(&thread->tid) == lookup->tid;
}

static void count_record(struct dsu_thread *thread, void *count) {
  const pid_t tid = atomic_load(&thread->tid);
  *(size_t *)count += tid != runtime_tid && tid != waiting_tid;
}

static bool has_record(pid_t tid) {
  struct lookup lookup = {.tid = tid};
  dsu_thread_each(compare_record, &lookup);
  return lookup.found;
}

static bool note_unknown(pid_t tid, void *context) {
  size_t *missing = context;
  bool known = tid == runtime_tid || tid == waiting_tid || has_record(tid);
  for (size_t i = 0; i < found_count && !known; i++)
    known = found[i] == tid;
  if (known)
    return true;
  found[found_count++] = tid;
  return --*missing != 0 && found_count < MOST_FOUND;
}

static void forget_gone(void) {
  size_t living = 0;
  for (size_t i = 0; i < found_count; i++)
    if (dsu_task_exists(found[i]) && !has_record(found[i]))
      found[living++] = found[i];
  found_count = living;
}

/* Finds the threads that have no record; how many threads are known then. */
static size_t find_unknown(bool everywhere) {
  size_t known = waiting_tid ? 2 : 1, all = SIZE_MAX; /* without /proc */
  forget_gone();
  dsu_thread_each(count_record, &known);
  known += found_count;
  dsu_task_count(-1, &all);
  size_t missing = all > known ? all - known : 0;
  if (missing && found_count < MOST_FOUND)
    dsu_task_probe(everywhere, note_unknown, &missing);
  return known + found_count;
}

static enum dsu_reason prepare(size_t count) {
  windows_believed = !dsu_handlers_unknown();
  return reserve_seats(count) ? DSU_OK : DSU_E_NO_MEMORY;
}

enum dsu_reason dsu_hold_prepare(int tasks) {
  size_t count = 0;
  runtime_tid = (pid_t)dsu_sys_gettid();
  waiting_tid = 0;
  return dsu_task_each(tasks, count_thread, &count) ? prepare(count)
                                                    : DSU_E_STOP;
}

enum dsu_reason dsu_hold_prepare_unlisted(pid_t waiting, bool everywhere) {
  runtime_tid = (pid_t)dsu_sys_gettid();
  waiting_tid = waiting;
  return prepare(find_unknown(everywhere));
}

enum dsu_reason dsu_hold_all(int tasks, struct dsu_outcome *outcome) {
  seat_count = 0;
  atomic_store(&parked_count, 0);
  atomic_store(&dsu_committing, 1);
  atomic_fetch_add(&generation, 1); /* odd: in progress */
  return membarrier_all(outcome) ? gather(tasks, outcome) : DSU_E_STOP;
}

/*--- The held ---------------------------------------------------------------*/

size_t dsu_hold_count(void) { return seat_count; }
size_t dsu_hold_capacity(void) { return seat_capacity; }
const struct dsu_seat *dsu_hold_seat(size_t index) { return &seats[index]; }

/* Where a seat's walk begins; false if it has no stack to look at.  A late
   signal can turn a window into a parked thread meanwhile: both contexts
   describe the same stack. */
bool dsu_seat_context(const struct dsu_seat *seat,
                      struct dsu_context *context) {
  switch (dsu_seat_state(seat)) {
  case SEAT_PARKED:
    dsu_context_from_signal(context, seat->context);
    return true;
  case SEAT_WINDOW:
  case SEAT_CLAIMED:
    dsu_context_from_call(context, &seat->thread->regs);
    return true;
  case SEAT_CALLED:
  case SEAT_GONE:
    break;
  }
  return false;
}

/* A window, or what the signal has interrupted was a system call in which the
   thread was blocked. */
bool dsu_seat_waits(const struct dsu_seat *seat) {
  return dsu_seat_state(seat) == SEAT_WINDOW ||
         (dsu_seat_state(seat) == SEAT_PARKED &&
          dsu_system_call_at(seat->context) != DSU_CALL_NONE);
}

void dsu_hold_after_fork(void) {
  atomic_store(&generation, 0);
  seat_count = found_count = 0;
}
