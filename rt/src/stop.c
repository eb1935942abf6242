/*===- stop.c - hold all threads, judge their stacks, commit --------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One attempt:
//
//   1. Hold all threads (hold.c).
//   2. Unwind every thread and judge each frame (judge.c).
//   3. If all agree: commit.
//   4. Release them.
//
// Meanwhile nothing here allocates, and no lock is taken but the loader's,
// which the whole attempt owns (it runs inside dl_iterate_phdr), so that no
// held thread can own it.
//
//===----------------------------------------------------------------------===*/

#include "stop.h"

#include "agent.h"
#include "descriptor.h"
#include "fork.h"
#include "handlers.h"
#include "hold.h"
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
#include <signal.h>

enum { BACKOFF_FIRST_NS = 200 * 1000, BACKOFF_LIMIT_NS = 2 * 1000 * 1000 };

/*--- The signal -------------------------------------------------------------*/

/* Notes errno for the wrapper that will hide the interruption (blocking.h). */
static void note_errno(const ucontext_t *interrupted, int error) {
  if (dsu_system_call_at(interrupted) == DSU_CALL_INTERRUPTED)
    dsu_interrupted_errno = error + 1;
}

/* A value sent with the signal: a call to be held (hold.c); 0 from an agent
   that another one has to follow (dsu_stop_summon). */
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  int saved_errno = errno;
  dsu_signal_counts.ours++;
  note_errno(context, saved_errno);
  if (info->si_pid == dsu_sys_getpid()) {
    uint64_t value = (uint64_t)(uintptr_t)info->si_value.sival_ptr;
    if (!dsu_hold_called(value, context) && value == 0 && !dsu_in_vfork_child())
      dsu_summon_in_handler(context);
  } else if (info->si_code == SI_QUEUE && !dsu_in_vfork_child()) {
    dsu_agent_note((uint32_t)info->si_value.sival_int);
    dsu_summon_in_handler(context);
  }
  errno = saved_errno;
}

void dsu_stop_summon(pid_t tid) { dsu_hold_queue(tid, 0); }

/*--- One attempt ------------------------------------------------------------*/

/* Suspended contexts are on stacks that nobody can find. */
static enum dsu_reason refuse_switched(struct dsu_outcome *outcome) {
  outcome->function = "swapcontext";
  return outcome->reason = DSU_E_STACK;
}

static enum dsu_reason judge_all(const struct dsu_plan *plan,
                                 struct dsu_outcome *outcome) {
  if (dsu_stacks_switched) /* for the first time, since the attempt began */
    return refuse_switched(outcome);
  for (size_t i = 0; i < dsu_hold_count(); i++) {
    const struct dsu_seat *seat = dsu_hold_seat(i);
    if (dsu_seat_state(seat) >= SEAT_ZOMBIE)
      continue;
    outcome->tid = seat->tid;
    struct dsu_context context;
    if (!dsu_seat_context(seat, &context))
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
  int tasks;                         /* open during an attempt */
  void (*while_held)(void *context); /* snapshot instead of a plan */
  void *context;
};

static void run_attempt(struct attempt *attempt) {
  struct dsu_outcome *outcome = attempt->outcome;
  uint64_t start = dsu_now_ns();
  outcome->tid = 0;
  outcome->function = NULL;
  outcome->pc = 0;
  enum dsu_reason reason = dsu_hold_all(attempt->tasks, outcome);
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
  dsu_hold_release();
  outcome->held_ns = dsu_now_ns() - start;
  outcome->threads = (uint32_t)dsu_hold_count();
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

static void run_locked(struct attempt *attempt) {
  dl_iterate_phdr(with_loader_lock, attempt);
}

/* A child of fork must not inherit the loader's lock, which nobody would ever
   release there. */
static enum dsu_reason begin_attempt(struct attempt *attempt) {
  dsu_fork_lock();
  attempt->tasks = dsu_descriptor_move(dsu_task_open());
  return attempt->outcome->reason =
             attempt->tasks < 0 ? DSU_E_STOP : dsu_hold_prepare(attempt->tasks);
}

static void end_attempt(struct attempt *attempt) {
  dsu_descriptor_close(&attempt->tasks);
  dsu_fork_unlock();
}

/* Whether another attempt can end differently. */
static bool worth_another(enum dsu_reason reason) {
  return !dsu_stacks_switched &&
         (reason == DSU_E_ACTIVE || reason == DSU_E_NOT_AT_REST ||
          reason == DSU_E_STACK || reason == DSU_E_STOP ||
          reason == DSU_E_NO_MEMORY);
}

/* Threads that could not be held have held up the others: these get more time
   than that took. */
static uint64_t least_pause(const struct dsu_outcome *outcome) {
  enum { SHARE = 4 };
  return outcome->reason == DSU_E_STOP ? outcome->held_ns * SHARE : 0;
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
  struct attempt attempt = {.plan = plan, .outcome = outcome, .tasks = -1};
  if (!dsu_unwind_learn_entries())
    return outcome->reason;
  uint64_t pause_ns = BACKOFF_FIRST_NS;
  for (;;) {
    const enum dsu_reason over = plan->give_up ? plan->give_up() : DSU_OK;
    if (over != DSU_OK) {
      *outcome =
          (struct dsu_outcome){.reason = over, .attempts = outcome->attempts};
      break;
    }
    outcome->attempts++;
    if (dsu_stacks_switched) {
      refuse_switched(outcome);
    } else {
      if (begin_attempt(&attempt) == DSU_OK)
        run_locked(&attempt);
      end_attempt(&attempt);
    }
    if (least_pause(outcome) > pause_ns)
      pause_ns = least_pause(outcome);
    if (!worth_another(outcome->reason) ||
        dsu_now_ns() + pause_ns >= plan->deadline_ns)
      break;
    back_off(&pause_ns);
  }
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

static void take_snapshot(void *context) {
  struct snapshot *snapshot = context;
  for (size_t i = 0;
       i < dsu_hold_count() && snapshot->count < snapshot->capacity; i++) {
    const struct dsu_seat *seat = dsu_hold_seat(i);
    struct dsu_context start;
    if (!dsu_seat_context(seat, &start))
      continue;
    struct dsu_thread_info *info = &snapshot->infos[snapshot->count++];
    info->tid = seat->tid;
    info->waiting = dsu_seat_waits(seat);
    info->complete =
        dsu_walk_stack(&start, record_frame, info) == DSU_WALK_COMPLETE;
  }
}

void dsu_stop_snapshot(bool (*each)(const struct dsu_thread_info *, void *),
                       void *context) {
  struct dsu_outcome outcome = {.reason = DSU_E_STOP};
  struct snapshot snapshot = {0};
  struct attempt attempt = {.outcome = &outcome,
                            .tasks = -1,
                            .while_held = take_snapshot,
                            .context = &snapshot};
  if (!dsu_unwind_learn_entries())
    return;
  size_t size = 0;
  if (begin_attempt(&attempt) == DSU_OK) {
    snapshot.capacity = dsu_hold_capacity();
    size = snapshot.capacity * sizeof *snapshot.infos;
    snapshot.infos = dsu_sys_map(size);
    if (snapshot.infos)
      run_locked(&attempt);
  }
  end_attempt(&attempt);
  for (size_t i = 0; i < snapshot.count; i++)
    if (!each(&snapshot.infos[i], context))
      break;
  if (snapshot.infos)
    dsu_sys6(SYS_munmap, (long)snapshot.infos, (long)size, 0, 0, 0, 0);
}

/*--- Set-up -----------------------------------------------------------------*/

bool dsu_stop_init(void) {
  if (dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0,
               0, 0, 0) != 0)
    return false;
  struct sigaction action = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  sigfillset(&action.sa_mask);
  /* libc's own, of pthread_cancel, which sigfillset leaves out: a thread that
     is looked at, or makes the agent, must not be unwound. */
  action.sa_mask.__val[0] |= dsu_signal_bit(DSU_LIBC_CANCEL);
  return dsu_real_sigaction(dsu_our_signal(), &action, NULL) == 0;
}

void dsu_stop_after_fork(void) {
  dsu_hold_after_fork();
  dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0, 0,
           0, 0);
}
