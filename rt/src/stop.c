/*===- stop.c - hold all threads, judge their stacks, commit --------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One attempt:
//
//   1. committing = 1, membarrier: from now on no thread leaves a window.
//   2. List all threads.  Those in a window stay as they are, the others get
//      the signal, whose handler saves its context and waits.  List again
//      until no thread is new.
//   3. Unwind every thread and judge each frame (judge.c).
//   4. If all agree: commit.
//   5. committing = 0, wake everybody.
//
// From step 1 to step 5 nothing here allocates, and no lock is taken but the
// loader's, which the whole attempt owns (it runs inside dl_iterate_phdr), so
// that no stopped thread can own it.
//
// A signal that arrives after its attempt has ended finds another generation
// and returns at once.
//
//===----------------------------------------------------------------------===*/

#include "stop.h"

#include "agent.h"
#include "fork.h"
#include "handlers.h"
#include "judge.h"
#include "real.h"
#include "signals.h"
#include "summon.h"
#include "sys.h"
#include "task_list.h"
#include "thread.h"
#include "unwind.h"

#include <errno.h>
#include <link.h>
#include <linux/membarrier.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

enum {
  PARK_SLICE_NS = 200 * 1000,       /* between looks at missing threads */
  PARK_LIMIT_NS = 20 * 1000 * 1000, /* the longest that one attempt holds */
  BACKOFF_FIRST_NS = 200 * 1000,
  BACKOFF_LIMIT_NS = 2 * 1000 * 1000,
  FIRST_CAPACITY = 64,
};

/* CALLED -> CLAIMED -> PARKED by the thread; CALLED -> WINDOW or GONE by the
   updater. */
enum seat_state {
  SEAT_CALLED,
  SEAT_CLAIMED, /* the handler writes context */
  SEAT_PARKED,
  SEAT_WINDOW,
  SEAT_GONE
};

/* One thread in the attempt.  The signal carries its index.  The state holds
   the generation, too, so that a handler that is late by a whole attempt
   cannot take a seat of the next one. */
struct seat {
  pid_t tid;
  _Atomic(uint32_t) state;   /* generation * 8 + enum seat_state */
  const ucontext_t *context; /* SEAT_PARKED: on the thread's own stack */
  struct dsu_thread *thread; /* SEAT_WINDOW: the record */
  bool zombie;               /* SEAT_GONE, but the kernel still counts it */
};

/* The attempt in progress.  Handlers read generation and the seats. */
static _Atomic(uint32_t) generation; /* even: none in progress; a futex */
static struct seat *_Atomic seats;   /* outgrown arrays stay mapped */
static _Atomic(size_t) seat_capacity;
static size_t seat_count;
static _Atomic(uint32_t) parked_count; /* a futex */

static pid_t runtime_tid; /* who carries the attempt out: never held */
static int stop_signal;

/*--- The threads' side ------------------------------------------------------*/

static uint32_t seat_word(uint32_t of_generation, enum seat_state state) {
  return of_generation * 8 + state;
}

/* Moves a seat of this generation from one state to another. */
static bool advance(struct seat *seat, uint32_t of_generation,
                    enum seat_state from, enum seat_state to) {
  uint32_t expected = seat_word(of_generation, from);
  return atomic_compare_exchange_strong(&seat->state, &expected,
                                        seat_word(of_generation, to));
}

static enum seat_state state_of(const struct seat *seat) {
  return (enum seat_state)(
      atomic_load_explicit(&seat->state, memory_order_acquire) % 8);
}

/* Waits until the attempt for which the thread was called is over. */
static void park(uint32_t my_generation, uint32_t index,
                 const ucontext_t *context) {
  if (index >= atomic_load(&seat_capacity))
    return; /* not our value: the program has queued the signal to itself */
  struct seat *seat = &atomic_load(&seats)[index];
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

/* Notes errno for the wrapper that will hide the interruption (blocking.h). */
static void note_errno(const ucontext_t *interrupted, int error) {
  if (dsu_system_call_at(interrupted) == DSU_CALL_INTERRUPTED)
    dsu_interrupted_errno = error + 1;
}

/* A value sent with the signal: 32 bits of generation, 32 of index. */
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  int saved_errno = errno;
  dsu_signal_counts.ours++;
  note_errno(context, saved_errno);
  if (info->si_pid == dsu_sys_getpid()) {
    uint64_t value = (uint64_t)(uintptr_t)info->si_value.sival_ptr;
    uint32_t called_for = (uint32_t)(value >> 32);
    if (called_for & 1 &&
        atomic_load_explicit(&generation, memory_order_acquire) == called_for)
      park(called_for, (uint32_t)value, context);
  } else if (info->si_code == SI_QUEUE && !dsu_in_vfork_child()) {
    dsu_agent_note((uint32_t)info->si_value.sival_int);
    dsu_summon_in_handler(context);
  }
  errno = saved_errno;
}

/*--- The updater's side -----------------------------------------------------*/

/* A filter of the program's may forbid it (seccomp). */
static bool membarrier_all(struct dsu_outcome *outcome) {
  if (dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0, 0, 0,
               0) == 0)
    return true;
  outcome->function = "membarrier";
  return false;
}

/* Asks a thread to park; false if it does not exist.  Where the signal cannot
   be queued the thread stays called, and the attempt fails in time. */
static bool call_thread(pid_t tid, uint32_t index) {
  siginfo_t info;
  memset(&info, 0, sizeof info);
  info.si_signo = stop_signal;
  info.si_code = SI_QUEUE;
  info.si_pid = dsu_sys_getpid();
  info.si_value.sival_ptr =
      (void *)(uintptr_t)((uint64_t)atomic_load(&generation) << 32 | index);
  return dsu_sys6(SYS_rt_tgsigqueueinfo, info.si_pid, tid, stop_signal,
                  (long)&info, 0, 0) != -ESRCH;
}

static struct seat *find_seat(pid_t tid) {
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
  if (tid == runtime_tid || find_seat(tid))
    return true;
  if (seat_count == seat_capacity) {
    round->full = true;
    return false;
  }
  struct seat *seat = &seats[seat_count];
  seat->tid = tid;
  seat->context = NULL;
  seat->thread = NULL;
  seat->zombie = false;
  atomic_store(&seat->state, seat_word(generation, SEAT_CALLED));
  seat_count++;
  round->added++;
  return true;
}

/* A handler that was installed past the runtime does not leave the window that
   it interrupts: with such a handler every thread is called by the signal. */
static bool windows_believed;

/* A thread inside a window is where it has to be; see thread.h (C). */
static void take_window(struct dsu_thread *thread, void *context) {
  (void)context;
  if (!windows_believed)
    return;
  struct seat *seat = find_seat(atomic_load(&thread->tid));
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
      missing = state_of(&seats[i]) <= SEAT_CLAIMED;
    if (!missing)
      return true;
    uint64_t now = dsu_now_ns();
    if (now >= until)
      return false;
    struct timespec slice = {.tv_nsec = PARK_SLICE_NS};
    if (dsu_sys_futex_wait(&parked_count, before, &slice) == -ETIMEDOUT)
      for (size_t i = 0; i < seat_count; i++)
        if (state_of(&seats[i]) == SEAT_CALLED &&
            dsu_task_is_gone(task_fd, seats[i].tid, &seats[i].zombie))
          advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
  }
}

/* Whether every thread of the process has a seat.  That a listing brings no new
   thread does not prove it (task_list.h). */
static bool all_seated(int task_fd) {
  size_t known = 1; /* the caller */
  for (size_t i = 0; i < seat_count; i++)
    known += state_of(&seats[i]) != SEAT_GONE || seats[i].zombie;
  size_t count;
  return dsu_task_count(task_fd, &count) && count <= known;
}

/* Seats and calls threads until a listing brings no new one. */
static enum dsu_reason gather(int task_fd, struct dsu_outcome *outcome) {
  uint64_t until = dsu_now_ns() + PARK_LIMIT_NS;
  for (;;) {
    struct round round = {0};
    size_t first = seat_count;
    if (!dsu_task_each(task_fd, seat_thread, &round))
      return round.full ? DSU_E_NO_MEMORY : DSU_E_STOP;
    if (round.added == 0) {
      if (all_seated(task_fd))
        return DSU_OK;
      if (dsu_now_ns() >= until)
        return DSU_E_STOP;
      continue;
    }
    dsu_thread_each(take_window, NULL);
    for (size_t i = first; i < seat_count; i++)
      if (state_of(&seats[i]) == SEAT_CALLED &&
          !call_thread(seats[i].tid, (uint32_t)i))
        advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
    if (!wait_for_parked(task_fd, until)) {
      for (size_t i = 0; i < seat_count; i++)
        if (state_of(&seats[i]) <= SEAT_CLAIMED)
          outcome->tid = seats[i].tid;
      return DSU_E_STOP;
    }
  }
}

/* Where a seat's walk begins; false if it has no stack to look at.  A late
   signal can turn a window into a parked thread meanwhile: both contexts
   describe the same stack. */
static bool seat_context(const struct seat *seat, struct dsu_context *context) {
  switch (state_of(seat)) {
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

static enum dsu_reason judge_all(const struct dsu_plan *plan,
                                 struct dsu_outcome *outcome) {
  /* Installed since the attempt began. */
  if (windows_believed && dsu_handlers_unknown())
    return DSU_E_STOP;
  for (size_t i = 0; i < seat_count; i++) {
    const struct seat *seat = &seats[i];
    if (state_of(seat) == SEAT_GONE)
      continue;
    outcome->tid = seat->tid;
    /* Asked again now that everybody is held: who cancels runs no more. */
    if (state_of(seat) == SEAT_WINDOW && seat->thread->cancelled)
      return DSU_E_STOP;
    struct dsu_context context;
    if (!seat_context(seat, &context))
      return DSU_E_STOP;
    enum dsu_reason reason = dsu_judge_stack(plan, &context, outcome);
    if (reason != DSU_OK)
      return reason;
  }
  outcome->tid = 0;
  return DSU_OK;
}

struct attempt {
  const struct dsu_plan *plan;
  struct dsu_outcome *outcome;
  int task_fd;
  void (*while_held)(void *context); /* snapshot instead of a plan */
  void *context;
};

/* After this no handler of this attempt can touch a seat any more. */
static void close_seats(void) {
  for (size_t i = 0; i < seat_count; i++) {
    advance(&seats[i], generation, SEAT_CALLED, SEAT_GONE);
    advance(&seats[i], generation, SEAT_WINDOW, SEAT_GONE);
    while (state_of(&seats[i]) == SEAT_CLAIMED)
      dsu_sys6(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
  }
}

static void release_threads(void) {
  close_seats();
  atomic_fetch_add(&generation, 1);
  dsu_sys_futex_wake(&generation, INT32_MAX);
  atomic_store(&dsu_committing, 0);
  dsu_sys_futex_wake(&dsu_committing, INT32_MAX);
}

static void run_attempt(struct attempt *attempt) {
  struct dsu_outcome *outcome = attempt->outcome;
  seat_count = 0;
  atomic_store(&parked_count, 0);
  uint64_t start = dsu_now_ns();
  atomic_store(&dsu_committing, 1);
  atomic_fetch_add(&generation, 1); /* odd: in progress */
  outcome->tid = 0;
  outcome->function = NULL;
  outcome->pc = 0;
  enum dsu_reason reason =
      membarrier_all(outcome) ? gather(attempt->task_fd, outcome) : DSU_E_STOP;
  if (attempt->while_held) {
    if (reason == DSU_OK)
      attempt->while_held(attempt->context);
  } else {
    if (reason == DSU_OK)
      reason = judge_all(attempt->plan, outcome);
    if (reason == DSU_OK && attempt->plan->commit) {
      uint64_t before = dsu_now_ns();
      reason = attempt->plan->commit(attempt->plan->context);
      outcome->flip_ns = dsu_now_ns() - before;
    }
  }
  release_threads();
  outcome->held_ns = dsu_now_ns() - start;
  outcome->threads = (uint32_t)seat_count;
  outcome->reason = reason;
}

/* dl_iterate_phdr holds the loader's lock around its callback. */
static int with_loader_lock(struct dl_phdr_info *info, size_t size,
                            void *attempt) {
  (void)info;
  (void)size;
  run_attempt(attempt);
  return 1;
}

/* A child of fork must not inherit the loader's lock from an attempt: nobody
   would ever release it there. */
static void run_locked(struct attempt *attempt) {
  dsu_fork_lock();
  dl_iterate_phdr(with_loader_lock, attempt);
  dsu_fork_unlock();
}

/* Room for more threads than there are; threads may be born meanwhile. */
static bool reserve_seats(size_t wanted) {
  if (wanted <= seat_capacity)
    return true;
  struct seat *bigger = dsu_sys_map(wanted * sizeof *bigger);
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

static enum dsu_reason prepare_attempt(int task_fd, struct dsu_outcome *out) {
  size_t count = 0;
  runtime_tid = dsu_sys_gettid();
  windows_believed = !dsu_handlers_unknown();
  if (!dsu_task_each(task_fd, count_thread, &count))
    return out->reason = DSU_E_STOP;
  if (!reserve_seats(count * 2 + FIRST_CAPACITY))
    return out->reason = DSU_E_NO_MEMORY;
  return DSU_OK;
}

/* Whether another attempt can end differently. */
static bool worth_another(enum dsu_reason reason) {
  return !dsu_stacks_switched &&
         (reason == DSU_E_ACTIVE || reason == DSU_E_NOT_AT_REST ||
          reason == DSU_E_STACK || reason == DSU_E_STOP ||
          reason == DSU_E_NO_MEMORY);
}

static void back_off(uint64_t *pause_ns) {
  struct timespec pause = {.tv_sec = (time_t)(*pause_ns / 1000000000u),
                           .tv_nsec = (long)(*pause_ns % 1000000000u)};
  dsu_sys6(SYS_nanosleep, (long)&pause, 0, 0, 0, 0, 0);
  *pause_ns =
      *pause_ns * 2 < BACKOFF_LIMIT_NS ? *pause_ns * 2 : BACKOFF_LIMIT_NS;
}

enum dsu_reason dsu_stop_and_commit(const struct dsu_plan *plan,
                                    struct dsu_outcome *outcome) {
  *outcome = (struct dsu_outcome){.reason = DSU_E_STOP};
  struct attempt attempt = {
      .plan = plan, .outcome = outcome, .task_fd = dsu_task_open()};
  if (attempt.task_fd < 0 || !dsu_unwind_learn_entries())
    return outcome->reason;
  uint64_t pause_ns = BACKOFF_FIRST_NS;
  for (;;) {
    if (plan->abandoned && plan->abandoned()) {
      outcome->reason = DSU_E_ABANDONED;
      break;
    }
    outcome->attempts++;
    if (dsu_stacks_switched) {
      outcome->reason = DSU_E_STACK;
      outcome->function = "swapcontext";
    } else if (prepare_attempt(attempt.task_fd, outcome) == DSU_OK) {
      run_locked(&attempt);
    }
    if (!worth_another(outcome->reason) ||
        dsu_now_ns() + pause_ns >= plan->deadline_ns)
      break;
    back_off(&pause_ns);
  }
  dsu_sys6(SYS_close, attempt.task_fd, 0, 0, 0, 0, 0);
  return outcome->reason;
}

/*--- status -----------------------------------------------------------------*/

struct snapshot {
  struct dsu_thread_info *infos;
  size_t capacity, count;
};

static bool record_frame(const struct dsu_frame *frame, void *context) {
  struct dsu_thread_info *info = context;
  size_t limit = sizeof info->pcs / sizeof *info->pcs;
  if (info->depth == limit)
    return false;
  info->pcs[info->depth++] = frame->pc;
  return true;
}

/* A window, or what the signal has interrupted was a system call in which the
   thread was blocked. */
static bool is_waiting(const struct seat *seat) {
  return state_of(seat) == SEAT_WINDOW ||
         (state_of(seat) == SEAT_PARKED &&
          dsu_system_call_at(seat->context) != DSU_CALL_NONE);
}

static void take_snapshot(void *context) {
  struct snapshot *snapshot = context;
  for (size_t i = 0; i < seat_count && snapshot->count < snapshot->capacity;
       i++) {
    struct dsu_context start;
    if (!seat_context(&seats[i], &start))
      continue;
    struct dsu_thread_info *info = &snapshot->infos[snapshot->count++];
    info->tid = seats[i].tid;
    info->waiting = is_waiting(&seats[i]);
    info->complete =
        dsu_walk_stack(&start, record_frame, info) == DSU_WALK_COMPLETE;
  }
}

void dsu_stop_snapshot(bool (*each)(const struct dsu_thread_info *, void *),
                       void *context) {
  struct dsu_outcome outcome = {.reason = DSU_E_STOP};
  struct snapshot snapshot = {0};
  struct attempt attempt = {.outcome = &outcome,
                            .task_fd = dsu_task_open(),
                            .while_held = take_snapshot,
                            .context = &snapshot};
  if (attempt.task_fd >= 0 && dsu_unwind_learn_entries() &&
      prepare_attempt(attempt.task_fd, &outcome) == DSU_OK) {
    snapshot.capacity = seat_capacity;
    size_t size = snapshot.capacity * sizeof *snapshot.infos;
    snapshot.infos = dsu_sys_map(size);
    if (snapshot.infos) {
      run_locked(&attempt);
      for (size_t i = 0; i < snapshot.count; i++)
        if (!each(&snapshot.infos[i], context))
          break;
      dsu_sys6(SYS_munmap, (long)snapshot.infos, (long)size, 0, 0, 0, 0);
    }
  }
  if (attempt.task_fd >= 0)
    dsu_sys6(SYS_close, attempt.task_fd, 0, 0, 0, 0, 0);
}

/*--- Set-up -----------------------------------------------------------------*/

bool dsu_stop_init(void) {
  stop_signal = SIGRTMAX - DSU_SIGNAL_FROM_MAX;
  if (dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0,
               0, 0, 0) != 0)
    return false;
  struct sigaction action = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  sigfillset(&action.sa_mask);
  /* libc's own, of pthread_cancel, which sigfillset leaves out: a thread that
     is looked at, or makes the agent, must not be unwound. */
  enum { CANCEL = 32 };
  action.sa_mask.__val[0] |= 1ul << (CANCEL - 1);
  return dsu_real_sigaction(stop_signal, &action, NULL) == 0;
}

void dsu_stop_after_fork(void) {
  atomic_store(&generation, 0);
  seat_count = 0;
  dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0, 0,
           0, 0);
}
