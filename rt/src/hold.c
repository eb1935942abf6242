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
                                       others to come, */
  THREAD_NS = 40 * 1000,            /* and for each of many */
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

/* Seats by thread number: open addressing, 0 for none, else a seat's index and
   1.  At most half full. */
static uint32_t *seat_index;
static size_t index_mask;

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

/* Where a thread's seat is, or would be put. */
static uint32_t *index_place(pid_t tid) {
  size_t at = (size_t)tid * 2654435761u;
  for (;; at++) {
    uint32_t *place = &seat_index[at & index_mask];
    if (*place == 0 || seats[*place - 1].tid == tid)
      return place;
  }
}

static struct dsu_seat *find_seat(pid_t tid) {
  uint32_t place = *index_place(tid);
  return place ? &seats[place - 1] : NULL;
}

/* A thread that does not exist any more.  Its number may be born again. */
static void leave_seat(struct dsu_seat *seat) {
  advance(seat, generation, SEAT_CALLED, SEAT_GONE);
  seat->tid = -1;
}

struct round {
  size_t added;
  bool full;
};

/* Gives a thread that has none yet a seat. */
static bool seat_thread(pid_t tid, void *context) {
  struct round *round = context;
  uint32_t *place = index_place(tid);
  if (tid == runtime_tid || *place)
    return true;
  if (seat_count == seat_capacity) {
    round->full = true;
    return false;
  }
  struct dsu_seat *seat = &seats[seat_count];
  *place = (uint32_t)seat_count + 1;
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
static pid_t *found;
static size_t found_count, found_capacity;

/* The thread may have left its record behind. */
static void seat_record(struct dsu_thread *thread, void *context) {
  pid_t tid = atomic_load(&thread->tid);
  if (tid && dsu_task_exists(tid))
    seat_thread(tid, context);
}

static bool list_threads(int task_fd, struct round *round) {
  if (task_fd >= 0)
    return dsu_task_each(task_fd, seat_thread, round);
  dsu_thread_each(seat_record, round);
  for (size_t i = 0; i < found_count; i++)
    if (dsu_task_exists(found[i]))
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

/* A main thread that has ended stays, as a zombie, until the last one ends. One
   that is about to go keeps its seat, but is counted by nobody but the kernel.
 */
static void empty_seat(struct dsu_seat *seat) {
  if (!dsu_task_exists(seat->tid))
    leave_seat(seat);
  else
    advance(seat, generation, SEAT_CALLED,
            seat->tid == dsu_sys_getpid() ? SEAT_ZOMBIE : SEAT_GONE);
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
          empty_seat(&seats[i]);
  }
}

/* Whether every thread of the process has a seat.  That a listing brings no new
   thread does not prove it (task_list.h). */
static bool all_seated(int task_fd) {
  size_t known = 1; /* the caller */
  size_t count;
  if (!dsu_task_count(task_fd, &count))
    return task_fd < 0;
  for (size_t i = 0; i < seat_count; i++)
    known += dsu_seat_state(&seats[i]) != SEAT_GONE;
  return count <= known;
}

/* Asked again now that everybody is held: nobody cancels a thread any more, or
   installs a handler past the runtime. */
static enum dsu_reason believe_windows(struct dsu_outcome *outcome) {
  if (windows_believed && dsu_handlers_unknown())
    return DSU_E_STOP;
  for (size_t i = 0; i < seat_count; i++)
    if (dsu_seat_state(&seats[i]) == SEAT_WINDOW &&
        seats[i].thread->cancelled) {
      outcome->tid = seats[i].tid;
      return DSU_E_STOP;
    }
  return DSU_OK;
}

/* Seats and calls threads until a listing brings no new one. */
static enum dsu_reason gather(int task_fd, struct dsu_outcome *outcome) {
  const uint64_t begin = dsu_now_ns();
  for (;;) {
    struct round round = {0};
    size_t first = seat_count;
    if (!list_threads(task_fd, &round))
      return round.full ? DSU_E_NO_MEMORY : DSU_E_STOP;
    const uint64_t until =
        begin + PARK_LIMIT_NS + (uint64_t)seat_count * THREAD_NS;
    if (round.added == 0) {
      if (all_seated(task_fd))
        return believe_windows(outcome);
      if (task_fd < 0)
        return DSU_E_STOP;
    }
    if (dsu_now_ns() >= until)
      return DSU_E_STOP;
    dsu_thread_each(take_window, NULL);
    for (size_t i = first; i < seat_count; i++)
      if (dsu_seat_state(&seats[i]) == SEAT_CALLED &&
          !call_thread(seats[i].tid, (uint32_t)i))
        leave_seat(&seats[i]);
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
  size_t places = 512;
  while (places < wanted * 2)
    places *= 2;
  struct dsu_seat *bigger = dsu_sys_map(wanted * sizeof *bigger);
  uint32_t *index = bigger ? dsu_sys_map(places * sizeof *index) : NULL;
  if (!index)
    return false;
  uint32_t *old_index = seat_index;
  size_t old_places = index_mask + 1;
  index_mask = places - 1;
  seat_index = index;
  if (old_index) /* now that no child of fork could find it */
    munmap(old_index, old_places * sizeof *old_index);
  atomic_store(&seats, bigger);
  seat_capacity = wanted;
  return true;
}

static void clear_seats(void) {
  seat_count = 0;
  memset(seat_index, 0, (index_mask + 1) * sizeof *seat_index);
}

static bool count_thread(pid_t tid, void *count) {
  (void)tid;
  ++*(size_t *)count;
  return true;
}

static void count_record(struct dsu_thread *thread, void *count) {
  (void)thread;
  ++*(size_t *)count;
}

static bool reserve_found(size_t wanted) {
  if (wanted <= found_capacity)
    return true;
  pid_t *bigger = dsu_sys_map(wanted * 2 * sizeof *bigger);
  if (!bigger)
    return false;
  pid_t *old = found;
  size_t old_capacity = found_capacity;
  if (old)
    memcpy(bigger, old, found_count * sizeof *old);
  found = bigger;
  found_capacity = wanted * 2;
  if (old)
    munmap(old, old_capacity * sizeof *old);
  return true;
}

struct search {
  struct round round;
  size_t missing;
};

static bool note_unknown(pid_t tid, void *context) {
  struct search *search = context;
  size_t all;
  if (tid == 0) /* who was missing may have ended */
    return !dsu_task_count(-1, &all) || all > search->round.added + 1;
  size_t before = search->round.added;
  if (!seat_thread(tid, &search->round))
    return false;
  if (search->round.added == before)
    return true;
  found[found_count++] = tid;
  return --search->missing != 0;
}

/* Finds the threads that have no record.  Seats serve as the set of those that
   are known; with room for `more` than seem to be needed. */
static bool find_unknown(bool everywhere, size_t more) {
  size_t records = 0, all = 0, living = 0;
  struct search search = {{0}, 0};
  dsu_thread_each(count_record, &records);
  dsu_task_count(-1, &all); /* 0 without /proc */
  if (!reserve_seats(records + found_count + all + more) ||
      !reserve_found(seat_capacity))
    return false;
  clear_seats();
  dsu_thread_each(seat_record, &search.round);
  for (size_t i = 0; i < found_count; i++) {
    size_t before = search.round.added;
    if (dsu_task_exists(found[i]) && seat_thread(found[i], &search.round) &&
        search.round.added != before)
      found[living++] = found[i];
  }
  found_count = living;
  size_t known = search.round.added + 1;
  search.missing = all ? (all > known ? all - known : 0) : SIZE_MAX;
  if (search.missing)
    dsu_task_probe(everywhere, note_unknown, &search);
  return !search.round.full || find_unknown(everywhere, seat_capacity);
}

static enum dsu_reason prepare(bool seats_reserved) {
  windows_believed = !dsu_handlers_unknown();
  return seats_reserved && dsu_thread_mark_memory() ? DSU_OK : DSU_E_NO_MEMORY;
}

enum dsu_reason dsu_hold_prepare(int tasks) {
  size_t count = 0;
  runtime_tid = (pid_t)dsu_sys_gettid();
  return dsu_task_each(tasks, count_thread, &count)
             ? prepare(reserve_seats(count))
             : DSU_E_STOP;
}

enum dsu_reason dsu_hold_prepare_unlisted(bool everywhere) {
  runtime_tid = (pid_t)dsu_sys_gettid();
  return prepare(find_unknown(everywhere, 0));
}

enum dsu_reason dsu_hold_all(int tasks, struct dsu_outcome *outcome) {
  clear_seats();
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
  case SEAT_ZOMBIE:
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
