// A thread that was interrupted between loading a slot and calling through it
// is as good as inside the callee: a register, or a word of the interrupted
// frame, that holds the address of a blocked body forbids the commit.  The
// address of another function does not. (design §6)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <semaphore.h>
#include <stdatomic.h>

static _Atomic(int) leave;
static sem_t entered;

__attribute__((noinline)) static void blocked(void) {
  __asm__ volatile("" ::: "memory");
}
__attribute__((noinline)) static void harmless(void) {
  __asm__ volatile("nop" ::: "memory");
}

static void *hold_in_register(void *address) {
  register void *held __asm__("r13") = address;
  __asm__ volatile("" : "+r"(held));
  sem_post(&entered);
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
  sem_post(&entered);
  while (!atomic_load(&leave))
    __asm__ volatile("" ::"r"(held) : "memory");
  return NULL;
}

static void try_case(const char *name, void *(*hold)(void *), void *address) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  atomic_store(&leave, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, hold, address);
  sem_wait(&entered);
  struct stopper stopper = stopper_run(&block, 1, 30);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
}

int main(void) {
  sem_init(&entered, 0, 0);
  // CHECK: register: DSU_E_ACTIVE, 0 commits, blocked
  try_case("register", hold_in_register, (void *)blocked);
  // CHECK-NEXT: register, harmless: DSU_OK, 1 commits
  try_case("register, harmless", hold_in_register, (void *)harmless);
  // CHECK-NEXT: frame: DSU_E_ACTIVE, 0 commits, blocked
  try_case("frame", hold_in_frame, (void *)blocked);
  // CHECK-NEXT: frame, harmless: DSU_OK, 1 commits
  try_case("frame, harmless", hold_in_frame, (void *)harmless);
  return 0;
}
