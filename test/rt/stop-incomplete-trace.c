// A stack that cannot be read to its end proves nothing: code without unwind
// information forbids the commit even if no function is blocked.  So does a
// program that has switched stacks by itself, for good: stacks on which no
// thread stands cannot be found. (design §6: "unknown means not safe")
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <sched.h>
#include <stdatomic.h>
#include <ucontext.h>

_Atomic(int) leave, inside;

// A function without call frame information: sets inside, waits for leave.
void no_unwind_info(void);
__asm__(".text\n"
        ".type no_unwind_info, @function\n"
        "no_unwind_info:\n"
        "  subq $24, %rsp\n"
        "  movl $1, inside(%rip)\n"
        "1: movl leave(%rip), %eax\n"
        "  testl %eax, %eax\n"
        "  je 1b\n"
        "  addq $24, %rsp\n"
        "  ret\n"
        ".size no_unwind_info, .-no_unwind_info\n");

static void *without_information(void *unused) {
  no_unwind_info();
  return unused;
}

static ucontext_t before, after;
static char other_stack[64 * 1024];

static void on_other_stack(void) {
  atomic_store(&inside, 1);
  while (!atomic_load(&leave))
    ;
}

static void *switched(void *unused) {
  getcontext(&after);
  after.uc_stack.ss_sp = other_stack;
  after.uc_stack.ss_size = sizeof other_stack;
  after.uc_link = &before;
  makecontext(&after, on_other_stack, 0);
  swapcontext(&before, &after);
  return unused;
}

static void try_case(const char *name, void *(*run)(void *)) {
  atomic_store(&leave, 0);
  atomic_store(&inside, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  while (!atomic_load(&inside))
    sched_yield();
  struct stopper stopper = stopper_run(NULL, 0, 20);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
  stopper = stopper_run(NULL, 0, 1000);
  stopper_print("  afterwards", &stopper);
}

int main(void) {
  // CHECK: no information: DSU_E_STACK, 0 commits
  // CHECK-NEXT: afterwards: DSU_OK, 1 commits
  try_case("no information", without_information);
  // CHECK-NEXT: own stack: DSU_E_STACK, 0 commits, swapcontext
  // CHECK-NEXT: afterwards: DSU_E_STACK, 0 commits, swapcontext
  try_case("own stack", switched);
  return 0;
}
