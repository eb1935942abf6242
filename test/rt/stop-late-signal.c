// A thread that could not take the signal of one attempt takes it during the
// next one, or when none is going on: it is not held for the first, and not
// counted as standing for the second before it stands.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

static _Atomic(int) deaf, leave, deaf_ms;
static _Atomic(unsigned) progress, moved, commits;

static void set_mask(int how) {
  uint64_t mask = 1ull << (SIGRTMAX - DSU_SIGNAL_FROM_MAX - 1);
  dsu_sys6(SYS_rt_sigprocmask, how, (long)&mask, 0, sizeof mask, 0, 0);
}

/* Blocks the signal past the runtime's back for a while, measured by itself:
   any other thread would be held meanwhile. */
static void *deaf_for_a_while(void *unused) {
  while (!atomic_load(&leave)) {
    uint64_t ns = (uint64_t)atomic_exchange(&deaf_ms, 0) * 1000000;
    if (ns) {
      set_mask(SIG_BLOCK);
      atomic_store(&deaf, 1);
      for (uint64_t start = dsu_now_ns(); dsu_now_ns() - start < ns;)
        ;
      set_mask(SIG_UNBLOCK);
      atomic_store(&deaf, 0);
    }
    atomic_fetch_add(&progress, 1);
  }
  return unused;
}

static enum dsu_reason commit(void *unused) {
  (void)unused;
  unsigned before = atomic_load(&progress);
  struct timespec moment = {.tv_nsec = 2000000};
  dsu_sys6(SYS_nanosleep, (long)&moment, 0, 0, 0, 0, 0);
  atomic_fetch_add(&moved, atomic_load(&progress) != before);
  atomic_fetch_add(&commits, 1);
  return DSU_OK;
}

static void make_deaf(int ms) {
  while (atomic_load(&deaf))
    sched_yield();
  atomic_store(&deaf_ms, ms);
  while (!atomic_load(&deaf))
    sched_yield();
}

static void *update(void *unused) {
  struct dsu_plan plan = {.level = DSU_LEVEL_ACTIVENESS,
                          .commit = commit,
                          .deadline_ns = dsu_now_ns() + 4000000000u};
  struct dsu_outcome outcome;
  dsu_stop_and_commit(&plan, &outcome);
  return unused;
}

static void run(void *(*function)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, function, NULL);
  pthread_join(thread, NULL);
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, deaf_for_a_while, NULL);
  for (int i = 0; i < 20; i++) {
    make_deaf(30); /* one attempt and a half */
    run(update);
  }
  // CHECK: commits: 20, moved: 0
  printf("commits: %u, moved: %u\n", commits, moved);
  /* Now the signal of an attempt that is over, with none after it. */
  make_deaf(200);
  struct stopper stopper = stopper_run(NULL, 0, 0);
  // CHECK-NEXT: deaf: DSU_E_STOP, 0 commits
  stopper_print("deaf", &stopper);
  unsigned before = progress;
  for (int i = 0; i < 5000 && progress == before; i++) {
    struct timespec moment = {.tv_nsec = 1000000};
    nanosleep(&moment, NULL);
  }
  // CHECK-NEXT: goes on: yes
  printf("goes on: %s\n", progress != before ? "yes" : "no");
  fflush(stdout);
  _Exit(0);
}
