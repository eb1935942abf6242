// A thread that was interrupted between loading a slot and calling through it
// is as good as inside the callee: a register, or a word of the interrupted
// frame, that holds the address of a blocked body forbids the commit, also when
// a handler of the application's interrupted it.  The address of another
// function does not. (design §6)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>

static _Atomic(int) leave;
static _Atomic(int) inside; /* no call between it and the loop */

__attribute__((noinline)) static void blocked(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) static void harmless(void) {
  __asm__ volatile("nop" ::: "memory");
}

static void *hold_in_register(void *address) {
  register void *held __asm__("r13") = address;
  __asm__ volatile("" : "+r"(held));
  atomic_fetch_add(&inside, 1);
  while (!atomic_load(&leave))
    __asm__ volatile("" : "+r"(held));
  return NULL;
}

static void *hold_in_frame(void *address) {
  void *volatile held[64];
  for (int i = 0; i < 64; i++)
    held[i] = NULL;
  held[11] = address;
  address = NULL;
  __asm__ volatile("" ::"r"(held)
                   : "memory", "r12", "r13", "r14", "r15", "rbx");
  atomic_fetch_add(&inside, 1);
  while (!atomic_load(&leave))
    __asm__ volatile("" ::"r"(held) : "memory");
  return NULL;
}

static void on_signal(int number) {
  (void)number;
  atomic_fetch_add(&inside, 1);
  while (!atomic_load(&leave))
    poll(NULL, 0, 1);
}

static void try_case(const char *name, void *(*hold)(void *), void *address,
                     bool interrupt) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  atomic_store(&leave, 0);
  atomic_store(&inside, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, hold, address);
  while (atomic_load(&inside) < 1)
    sched_yield();
  if (interrupt) {
    pthread_kill(thread, SIGUSR1);
    while (atomic_load(&inside) < 2)
      sched_yield();
  }
  struct stopper stopper = stopper_run(&block, 1, 30);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
}

int main(void) {
  signal(SIGUSR1, on_signal);
  // CHECK: register: DSU_E_ACTIVE, 0 commits, blocked
  try_case("register", hold_in_register, (void *)blocked, false);
  // CHECK-NEXT: register, harmless: DSU_OK, 1 commits
  try_case("register, harmless", hold_in_register, (void *)harmless, false);
  // CHECK-NEXT: frame: DSU_E_ACTIVE, 0 commits, blocked
  try_case("frame", hold_in_frame, (void *)blocked, false);
  // CHECK-NEXT: frame, harmless: DSU_OK, 1 commits
  try_case("frame, harmless", hold_in_frame, (void *)harmless, false);
  // CHECK-NEXT: below a handler: DSU_E_ACTIVE, 0 commits, blocked
  try_case("below a handler", hold_in_register, (void *)blocked, true);
  // CHECK-NEXT: below a handler, harmless: DSU_OK, 1 commits
  try_case("below a handler, harmless", hold_in_register, (void *)harmless,
           true);
  return 0;
}
