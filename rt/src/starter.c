/*===- starter.c - making a thread from anywhere --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See starter.h.  Thread-local data are made by the dynamic linker's own
function
// for it, which libc uses, too.  It is not part of the public interface:
without
// it, or if something looks different from what is known, there is no helper.
//
//===----------------------------------------------------------------------===*/

#include "starter.h"

#include "memory.h"
#include "sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/single_threaded.h>

#include "posix.h"

enum {
  STACK_SIZE = 256 << 10, /* allocators may want much */
  GUARD_SIZE = 4096,
  LOOK_NS = 1000000,
  PATIENCE_NS = 1000000000
};

/** What every thread's data begin with (x86-64's ABI and glibc's). */
struct thread_head {
  void *self_pointer; /* of the ABI */
  void *vector;
  void *self;
  int32_t multiple_threads; /* older libraries ask this in place of a global */
  int32_t unused;
  uintptr_t system_call;
  uintptr_t stack_guard, pointer_guard;
};

static struct thread_head *helper;   /* null: there is none */
static _Atomic(uint32_t) *helper_id; /* its thread number, 0 when it has gone */
static char *helper_stack;
static void (*helper_work)(void);
static _Atomic(uint32_t) helper_done;

/* They keep books of all threads. */
extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));
extern void __msan_init(void) __attribute__((weak));

static struct thread_head *current_head(void) {
  struct thread_head *head;
  __asm__("movq %%fs:0, %0" : "=r"(head));
  return head;
}

/*--- When the program starts ------------------------------------------------*/

/** Offset of the thread number in what pthread_self() points to, from the
    description that libc has for debuggers; 0 if it is not as it was. */
static size_t find_id(void) {
  const uint32_t *field = dlsym(RTLD_DEFAULT, "_thread_db_pthread_tid");
  if (!field || field[0] != 32 || field[2] < sizeof(struct thread_head))
    return 0;
  uint32_t own;
  memcpy(&own, (char *)current_head() + field[2], sizeof(own));
  return own == (uint32_t)dsu_sys_gettid() ? field[2] : 0;
}

void dsu_starter_init(void) {
  void *(*allocate)(void *) =
      (__typeof__(allocate))dlsym(RTLD_DEFAULT, "_dl_allocate_tls");
  void (*ask_size)(size_t *, size_t *) =
      (__typeof__(ask_size))dlsym(RTLD_DEFAULT, "_dl_get_tls_static_info");
  size_t id = find_id(), size, align;
  if (!allocate || !ask_size || id == 0 || __asan_init || __tsan_init ||
      __msan_init)
    return;
  ask_size(&size, &align);
  size = (size + align + GUARD_SIZE - 1) & -(size_t)GUARD_SIZE;
  /* The data lie below the head, what else libc keeps of a thread above it. */
  char *memory = dsu_map(GUARD_SIZE + STACK_SIZE + 2 * size);
  if (!memory)
    return;
  dsu_sys6(SYS_mprotect, (long)memory, GUARD_SIZE, PROT_NONE, 0, 0, 0);
  uintptr_t middle = (uintptr_t)memory + GUARD_SIZE + STACK_SIZE + size;
  struct thread_head *head = allocate((void *)(middle & -align));
  if (!head)
    return;
  head->self_pointer = head->self = head;
  head->multiple_threads = 1;
  head->stack_guard = current_head()->stack_guard;
  head->pointer_guard = current_head()->pointer_guard;
  helper_id = (_Atomic(uint32_t) *)((char *)head + id);
  helper_stack = memory + GUARD_SIZE + STACK_SIZE;
  helper = head;
}

bool dsu_starter_exists(void) { return helper != NULL; }

void dsu_starter_after_fork(void) {
  if (helper)
    atomic_store(helper_id, 0);
}

/*--- The helper -------------------------------------------------------------*/

__attribute__((used, noreturn)) static void helper_main(void) {
  helper_work();
  atomic_store(&helper_done, 1);
  dsu_sys_futex_wake(&helper_done, 1);
  for (;;)
    dsu_sys6(SYS_exit, 0, 0, 0, 0, 0, 0);
}

/** The kernel clears helper_id when the helper has ended. */
static long clone_helper(void) {
  const long flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |
                     CLONE_THREAD | CLONE_SYSVSEM | CLONE_SETTLS |
                     CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
  long result;
  register long r10 __asm__("r10") = (long)helper_id;
  register long r8 __asm__("r8") = (long)helper;
  __asm__ volatile("syscall\n\t"
                   "testq %%rax, %%rax\n\t"
                   "jnz 1f\n\t"
                   "xorl %%ebp, %%ebp\n\t"
                   "callq *%[main]\n\t"
                   "ud2\n"
                   "1:"
                   : "=a"(result)
                   : "a"((long)SYS_clone), "D"(flags), "S"(helper_stack),
                     "d"(helper_id), "r"(r10), "r"(r8), [main] "r"(helper_main)
                   : "rcx", "r11", "memory");
  return result;
}

/** Whether the kernel says that the helper sleeps: in a lock, then. */
static bool helper_sleeps(long id) {
  char path[64], text[256];
  snprintf(path, sizeof(path), "/proc/self/task/%ld/stat", id);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return false;
  ssize_t size = read(fd, text, sizeof(text) - 1);
  close(fd);
  text[size > 0 ? size : 0] = 0;
  const char *end = strrchr(text, ')');
  return end && strncmp(end, ") S", 3) == 0;
}

static void wait_for_work(long id) {
  const struct timespec look = {.tv_nsec = LOOK_NS};
  const uint64_t until = dsu_now_ns() + PATIENCE_NS;
  while (!atomic_load(&helper_done)) {
    long error = dsu_sys_futex_wait(&helper_done, 0, &look);
    if (error == -ETIMEDOUT && (helper_sleeps(id) || dsu_now_ns() > until))
      return;
  }
}

bool dsu_starter_run(void (*work)(void)) {
  if (!helper || atomic_load(helper_id) != 0)
    return false;
  helper_work = work;
  atomic_store(&helper_done, 0);
  bool alone = __libc_single_threaded;
  if (alone)
    current_head()->multiple_threads = 1;
  long id = clone_helper();
  if (id > 0 && alone)
    wait_for_work(id);
  return id > 0;
}

void dsu_starter_wait(void) {
  uint32_t id;
  while (helper && (id = atomic_load(helper_id)) != 0)
    dsu_sys6(SYS_futex, (long)helper_id, FUTEX_WAIT, id, 0, 0, 0);
}
