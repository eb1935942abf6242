/*===- raw_thread.c - threads that libc does not know of ------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "raw_thread.h"

#include "sys.h"

#include <sched.h>

enum { LOOK_NS = 1000000 };

long dsu_raw_thread(void (*work)(void), char *stack, void *head,
                    _Atomic(uint32_t) *id) {
  const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                     CLONE_THREAD | CLONE_SYSVSEM | (head ? CLONE_SETTLS : 0) |
                     CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  long result;
  register long r10 __asm__("r10") = (long)id;
  register long r8 __asm__("r8") = (long)head;
  __asm__ volatile("syscall\n\t"
                   "testq %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xorl %%ebp, %%ebp\n\t"
                   "callq *%[work]\n\t"
                   "xorl %%edi, %%edi\n\t"
                   "movl %[exit], %%eax\n\t"
                   "syscall\n\t"
                   "ud2\n"
                   "1:"
                   : "=a"(result)
                   : "a"((long)SYS_clone), "D"(flags), "S"(stack), "d"(id),
                     "r"(r10), "r"(r8), [work] "r"(work), [exit] "i"(SYS_exit)
                   : "rcx", "r11", "memory");
  return result;
}

static bool exists(long number) {
  return dsu_sys6(SYS_tgkill, dsu_sys_getpid(), number, 0, 0, 0, 0) == 0;
}

void dsu_raw_thread_wait(_Atomic(uint32_t) *id) {
  const struct timespec look = {.tv_nsec = LOOK_NS};
  uint32_t value;
  /* The kernel wakes a futex that other processes could share. */
  while ((value = atomic_load(id)) != 0 && exists(value))
    dsu_sys6(SYS_futex, (long)id, FUTEX_WAIT, value, (long)&look, 0, 0);
}
