// A thread that runs on a stack of the program's own, above its caller's, can
// look like a complete trace; it is not believed, since a caller never lies
// below what it calls.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <sched.h>
#include <stdatomic.h>

static _Atomic(int) leave, inside;

/* Calls function on another stack; the frame pointer leads back. */
void call_on(void *top, void (*function)(void));
__asm__(".text\n"
        ".type call_on, @function\n"
        "call_on:\n"
        ".cfi_startproc\n"
        "  pushq %rbp\n"
        ".cfi_def_cfa_offset 16\n"
        ".cfi_offset %rbp, -16\n"
        "  movq %rsp, %rbp\n"
        ".cfi_def_cfa_register %rbp\n"
        "  movq %rdi, %rsp\n"
        "  callq *%rsi\n"
        "  movq %rbp, %rsp\n"
        "  popq %rbp\n"
        ".cfi_def_cfa %rsp, 8\n"
        "  retq\n"
        ".cfi_endproc\n"
        ".size call_on, . - call_on\n");

static void wait_here(void) {
  atomic_store(&inside, 1);
  while (!atomic_load(&leave))
    ;
}

static void *run(void *stack) {
  call_on(stack, wait_here);
  return NULL;
}

int main(void) {
  enum { SIZE = 1 << 18 };
  char *memory = dsu_sys_map(2 * SIZE);
  pthread_attr_t lower;
  pthread_attr_init(&lower);
  pthread_attr_setstack(&lower, memory, SIZE);
  pthread_t thread;
  pthread_create(&thread, &lower, run, memory + 2 * SIZE - 64);
  while (!atomic_load(&inside))
    sched_yield();
  struct stopper stopper = stopper_run(NULL, 0, 100);
  // CHECK: switched: DSU_E_STACK, 0 commits
  stopper_print("switched", &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
  stopper = stopper_run(NULL, 0, 5000);
  // CHECK-NEXT: back: DSU_OK, 1 commits
  stopper_print("back", &stopper);
  return 0;
}
