// A leaf function keeps values below its stack pointer: the address of a
// blocked body forbids the commit there, too.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <sched.h>
#include <stdatomic.h>

_Atomic(int) leave, inside;

__attribute__((noinline)) static void blocked(void) {
  __asm__ volatile("" ::: "memory");
}

/* Keeps its argument in the red zone alone until told to leave. */
void *hold(void *address);
__asm__(".text\n"
        ".type hold, @function\n"
        "hold:\n"
        ".cfi_startproc\n"
        "  movq %rdi, -64(%rsp)\n"
        "  xorl %edi, %edi\n"
        "  xorl %eax, %eax\n"
        "  xorl %ecx, %ecx\n"
        "  xorl %edx, %edx\n"
        "  xorl %esi, %esi\n"
        "  movq %rbx, -8(%rsp)\n"
        "  movl $1, inside(%rip)\n"
        "1: cmpl $0, leave(%rip)\n"
        "  je 1b\n"
        "  movq $0, -64(%rsp)\n"
        "  retq\n"
        ".cfi_endproc\n"
        ".size hold, . - hold\n");

static void *run(void *address) {
  /* No copy of it in the registers that a call keeps. */
  __asm__ volatile("xorl %%ebx, %%ebx\n\t"
                   "xorl %%r12d, %%r12d\n\t"
                   "xorl %%r13d, %%r13d\n\t"
                   "xorl %%r14d, %%r14d\n\t"
                   "xorl %%r15d, %%r15d\n\t"
                   "xorl %%r8d, %%r8d\n\t"
                   "xorl %%r9d, %%r9d\n\t"
                   "xorl %%r10d, %%r10d\n\t"
                   "xorl %%r11d, %%r11d\n\t"
                   "callq hold"
                   : "+D"(address)
                   :
                   : "rax", "rbx", "rcx", "rdx", "rsi", "r8", "r9", "r10",
                     "r11", "r12", "r13", "r14", "r15", "memory", "cc");
  return NULL;
}

int main(void) {
  struct dsu_block block = {.body = (uintptr_t)blocked, .name = "blocked"};
  pthread_t thread;
  pthread_create(&thread, NULL, run, (void *)blocked);
  while (!atomic_load(&inside))
    sched_yield();
  struct stopper stopper = stopper_run(&block, 1, 100);
  // CHECK: held: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("held", &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
  stopper = stopper_run(&block, 1, 5000);
  // CHECK-NEXT: left: DSU_OK, 1 commits
  stopper_print("left", &stopper);
  return 0;
}
