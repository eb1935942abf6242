// A handler that was installed by a raw system call does not leave the window
// that it interrupts.  While there is such a handler, windows prove nothing,
// and each thread is asked where it stands.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "raw-handler.h"
#include "stopper.h"
#include "thread.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

static _Atomic(int) leave, entered;
static _Atomic(struct dsu_thread *) record;
static int ends[2];

__attribute__((noinline)) static void blocked(int unused) {
  (void)unused;
  atomic_store(&entered, 1);
  while (!atomic_load(&leave))
    sched_yield();
  __asm__ volatile("" ::: "memory");
}

static void *wait_long(void *unused) {
  poll(NULL, 0, 0);
  atomic_store(&record, dsu_self_record);
  struct pollfd readable = {.fd = ends[0], .events = POLLIN};
  poll(&readable, 1, -1);
  return unused;
}

int main(void) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  install_raw(SIGUSR1, blocked);
  if (pipe(ends) != 0)
    return 1;
  pthread_t thread;
  pthread_create(&thread, NULL, wait_long, NULL);
  while (!atomic_load(&record) || !atomic_load(&record)->in)
    sched_yield();
  struct stopper stopper = stopper_run(&block, 1, 1000);
  // CHECK: before: DSU_OK, 1 commits
  stopper_print("before", &stopper);
  pthread_kill(thread, SIGUSR1);
  while (!atomic_load(&entered))
    sched_yield();
  stopper = stopper_run(&block, 1, 30);
  // CHECK-NEXT: in the handler: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("in the handler", &stopper);
  atomic_store(&leave, 1);
  if (write(ends[1], "x", 1) != 1)
    return 1;
  pthread_join(thread, NULL);
  return 0;
}
