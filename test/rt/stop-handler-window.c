// A handler of the program's that interrupts a window may make blocking calls
// of its own; after it the window is that of the interrupted call again, with
// its registers: what stands below the call is seen.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"
#include "thread.h"

#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static sem_t ready, handled, gate;
static struct dsu_thread *record;

/* A blocking call deep on the stack. */
__attribute__((noinline)) static void sleep_deep(void) {
  char volatile room[6000];
  memset((char *)room, 0, sizeof room);
  poll(NULL, 0, 1);
  __asm__ volatile("" ::"r"(room) : "memory");
}

/* Leaves nothing of what was there. */
__attribute__((noinline)) static void overwrite_stack(void) {
  char volatile room[12000];
  memset((char *)room, 0x5a, sizeof room);
  __asm__ volatile("" ::"r"(room) : "memory");
}

static void on_first(int number) {
  (void)number;
  sleep_deep();
  sem_post(&handled);
}

static void on_second(int number) {
  (void)number;
  overwrite_stack();
  sem_post(&handled);
}

__attribute__((noinline)) static void blocked(void) {
  record = dsu_self_record;
  sem_post(&ready);
  while (sem_wait(&gate) != 0)
    ;
  __asm__ volatile("" ::: "memory");
}

static void *run(void *unused) {
  poll(NULL, 0, 0);
  blocked();
  return unused;
}

/* Until it is inside its call again. */
static void wait_for_window(void) {
  while (!record->in)
    poll(NULL, 0, 1);
  poll(NULL, 0, 20);
}

int main(void) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  struct sigaction action = {.sa_handler = on_first, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  action.sa_handler = on_second;
  sigaction(SIGUSR2, &action, NULL);
  sem_init(&ready, 0, 0);
  sem_init(&handled, 0, 0);
  sem_init(&gate, 0, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  sem_wait(&ready);
  wait_for_window();
  pthread_kill(thread, SIGUSR1);
  sem_wait(&handled);
  wait_for_window();
  pthread_kill(thread, SIGUSR2);
  sem_wait(&handled);
  wait_for_window();
  struct stopper stopper = stopper_run(&block, 1, 50);
  // CHECK: after handlers: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("after handlers", &stopper);
  sem_post(&gate);
  pthread_join(thread, NULL);
  stopper = stopper_run(&block, 1, 5000);
  // CHECK-NEXT: left: DSU_OK, 1 commits
  stopper_print("left", &stopper);
  return 0;
}
