/*===- starter.c - making a thread from anywhere --------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See starter.h.  If anything of libc's looks different from what is known,
// there is no helper.
//
//===----------------------------------------------------------------------===*/

#include "starter.h"

#include "memory.h"
#include "raw_thread.h"
#include "sys.h"
#include "thread.h"
#include "tls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
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
/* The data as they were before the first helper; null: they are too large. */
static char *fresh_data;
static size_t data_size;
static bool used;
static void (*helper_work)(int error);
static bool helper_alone;            /* libc knew of one thread */
static void (*init_ctype)(void);     /* libc's, for isalpha() in an allocator */
static _Atomic(uint32_t) libc_knows; /* of a second thread; a futex */

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

/** As where the kernel does not keep the thread's processor up to date there:
    sched_getcpu asks it. */
static void leave_rseq_out(struct thread_head *head) {
  enum { CPU_ID = 4, UNKNOWN = -1 }; /* in struct rseq */
  const ptrdiff_t *offset = dlsym(RTLD_DEFAULT, "__rseq_offset");
  const unsigned *size = dlsym(RTLD_DEFAULT, "__rseq_size");
  if (offset && size && *size != 0)
    *(int32_t *)((char *)head + *offset + CPU_ID) = UNKNOWN;
}

/** libc's list of the robust locks that a thread holds, empty; it is where the
    kernel has been told. */
static void init_robust_list(struct thread_head *head) {
  struct robust_list_head *own = NULL;
  size_t size = 0;
  char *begin = (char *)current_head();
  if (dsu_sys6(SYS_get_robust_list, 0, (long)&own, (long)&size, 0, 0, 0) != 0 ||
      size != sizeof(*own) || (char *)own < begin)
    return;
  struct robust_list_head *list =
      (void *)((char *)head + ((char *)own - begin));
  list->list.next = &list->list;
  list->futex_offset = own->futex_offset;
}

/** What is kept of the helper's data for children of fork. */
static void remember_data(size_t size) {
  enum { MOST = 256 << 10 };
  data_size = 2 * size;
  fresh_data = data_size <= MOST ? dsu_map(data_size) : NULL;
  if (fresh_data)
    memcpy(fresh_data, helper_stack, data_size);
}

/** Libraries may have put the data of threads away that a child of fork does
   not have: its helper begins with fresh ones, as a new thread does.  Where
   libc keeps what it allocates later stays as it is. */
static void renew_data(void) {
  void *vector = helper->vector;
  memcpy(helper_stack, fresh_data, data_size);
  helper->vector = vector;
}

void dsu_starter_init(void) {
  size_t id = find_id(), size, align;
  if (!dsu_tls_static_block(&size, &align) || id == 0 || __asan_init ||
      __tsan_init || __msan_init)
    return;
  size = (size + align + GUARD_SIZE - 1) & -(size_t)GUARD_SIZE;
  /* The data lie below the head, what else libc keeps of a thread above it. */
  char *memory = dsu_map(GUARD_SIZE + STACK_SIZE + 2 * size);
  if (!memory)
    return;
  dsu_sys6(SYS_mprotect, (long)memory, GUARD_SIZE, PROT_NONE, 0, 0, 0);
  uintptr_t middle = (uintptr_t)memory + GUARD_SIZE + STACK_SIZE + size;
  struct thread_head *head = dsu_tls_allocate((void *)(middle & -align));
  if (!head)
    return;
  head->self_pointer = head->self = head;
  head->multiple_threads = 1;
  head->stack_guard = current_head()->stack_guard;
  head->pointer_guard = current_head()->pointer_guard;
  leave_rseq_out(head);
  init_robust_list(head);
  init_ctype = (void (*)(void))dlsym(RTLD_DEFAULT, "__ctype_init");
  helper_id = (_Atomic(uint32_t) *)((char *)head + id);
  helper_stack = memory + GUARD_SIZE + STACK_SIZE;
  helper = head;
  remember_data(size);
}

bool dsu_starter_exists(void) { return helper != NULL; }

void dsu_starter_after_fork(void) {
  if (used && !fresh_data)
    helper = NULL;
  else if (used)
    renew_data();
  used = false;
  if (helper)
    atomic_store(helper_id, 0);
}

/*--- The helper -------------------------------------------------------------*/

static void *end_at_once(void *unused) { return unused; }

/** Makes libc take locks from now on.  The thread shares the program's
    descriptors and is nothing special: if it is the last one that libc knows,
    libc ends the program by it.  0 or an error. */
static int make_libc_thread(void) {
  enum { STACK = 64 << 10, MAX_STACK = 64 << 20 }; /* holds thread-local data */
  const uint64_t setxid = dsu_signal_bit(DSU_LIBC_SETXID);
  pthread_attr_t attributes;
  pthread_t thread;
  if (dsu_sys_rseq_forbidden())
    return EPERM;
  /* setuid waits until all threads have had it, also if it was blocked where
     the request came. */
  dsu_sys6(SYS_rt_sigprocmask, SIG_UNBLOCK, (long)&setxid, 0, sizeof(setxid), 0,
           0);
  int error = pthread_attr_init(&attributes);
  if (error)
    return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  error = EINVAL;
  for (size_t size = STACK; error == EINVAL && size <= MAX_STACK; size *= 4) {
    pthread_attr_setstacksize(&attributes, size);
    error = pthread_create(&thread, &attributes, end_at_once, NULL);
  }
  pthread_attr_destroy(&attributes);
  return error;
}

static void helper_main(void) {
  if (init_ctype)
    init_ctype();
  int error = helper_alone ? make_libc_thread() : 0;
  atomic_store(&libc_knows, 1);
  dsu_sys_futex_wake(&libc_knows, 1);
  helper_work(error);
  dsu_thread_end();
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

static void wait_for_libc(long id) {
  const struct timespec look = {.tv_nsec = LOOK_NS};
  const uint64_t until = dsu_now_ns() + PATIENCE_NS;
  while (!atomic_load(&libc_knows)) {
    long error = dsu_sys_futex_wait(&libc_knows, 0, &look);
    if (error == -ETIMEDOUT && (helper_sleeps(id) || dsu_now_ns() > until))
      return;
  }
}

bool dsu_starter_run(void (*work)(int error)) {
  if (helper)
    dsu_raw_thread_wait(helper_id); /* the last one is at its very end */
  helper_work = work;
  used = true;
  atomic_store(&libc_knows, 0);
  helper_alone = __libc_single_threaded;
  if (helper_alone)
    current_head()->multiple_threads = 1;
  long id = dsu_raw_thread(helper_main, helper_stack, helper, helper_id);
  if (id > 0 && helper_alone)
    wait_for_libc(id);
  return id > 0;
}
