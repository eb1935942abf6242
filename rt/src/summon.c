/*===- summon.c - when the agent may be started ---------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Allowed, by a complete trace of the thread's own stack:
//
//   - no frame in the dynamic loader, none of an allocator's entry points
//     (which may be application code), of thread creation, joining or fork;
//   - the innermost frame is the program's own code, or one of the C library's
//     plain system call functions, interrupted at its system call, or the
//     thread sleeps in one of those that wait for other threads.
//
//===----------------------------------------------------------------------===*/

#include "summon.h"

#include "agent.h"
#include "fork.h"
#include "starter.h"
#include "sys.h"
#include "thread.h"
#include "unwind.h"

#include <dlfcn.h>
#include <link.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/single_threaded.h>

enum { MAX_FUNCTIONS = 48 };

_Atomic(uint32_t) dsu_summon_pending;

/* Their frames hold, or may hold, what pthread_create needs. */
static const char *const forbidden_names[] = {
    "malloc",   "calloc",        "realloc",        "free",
    "memalign", "aligned_alloc", "posix_memalign", "reallocarray",
    "valloc",   "pvalloc",       "pthread_create", "pthread_join",
    "fork",     "vfork",         "_Fork",          "dlopen",
    "dlclose",  "dlsym",         "exit",           "pthread_exit"};

/* System call functions that hold no lock while they wait. */
static const char *const plain_names[] = {
    "read",      "write",      "readv",           "writev",
    "recv",      "recvfrom",   "recvmsg",         "send",
    "sendto",    "sendmsg",    "accept",          "accept4",
    "connect",   "poll",       "ppoll",           "select",
    "pselect",   "epoll_wait", "epoll_pwait",     "wait4",
    "waitpid",   "waitid",     "clock_nanosleep", "nanosleep",
    "pause",     "sigsuspend", "sigtimedwait",    "fsync",
    "fdatasync", "flock",      "msgrcv",          "msgsnd",
    "semop",     "semtimedop"};

/* Threads sleep in them for long and hold nothing.  pthread_join and mutexes
   are not among them: the first one frees memory in the end, and for a mutex an
   allocator may wait, with others of its own held. */
static const char *const sleeping_names[] = {"pthread_cond_wait",
                                             "pthread_cond_timedwait",
                                             "pthread_cond_clockwait",
                                             "pthread_barrier_wait",
                                             "sem_wait",
                                             "sem_timedwait",
                                             "sem_clockwait",
                                             "cnd_wait",
                                             "cnd_timedwait"};

#define LENGTH(ARRAY) (sizeof(ARRAY) / sizeof *(ARRAY))

struct range {
  uintptr_t from, to;
};

static uintptr_t forbidden[LENGTH(forbidden_names)];
static uintptr_t plain[LENGTH(plain_names)];
static uintptr_t sleeping[LENGTH(sleeping_names)];
static uintptr_t sleeping_ours[LENGTH(sleeping_names)]; /* or libc's again */
static struct range loader, libc;

/* The mapped range of the object that contains an address. */
struct range_query {
  uintptr_t address;
  struct range found;
};

static int find_object(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  struct range_query *query = context;
  struct range span = {UINTPTR_MAX, 0};
  for (int i = 0; i < info->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &info->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD)
      continue;
    uintptr_t from = info->dlpi_addr + segment->p_vaddr;
    if (from < span.from)
      span.from = from;
    if (from + segment->p_memsz > span.to)
      span.to = from + segment->p_memsz;
  }
  if (query->address < span.from || query->address >= span.to)
    return 0;
  query->found = span;
  return 1;
}

static struct range object_of(uintptr_t address) {
  struct range_query query = {.address = address};
  dl_iterate_phdr(find_object, &query);
  return query.found;
}

static bool in_range(const struct range *range, uintptr_t address) {
  return address >= range->from && address < range->to;
}

/* What RTLD_NEXT finds is libc's; RTLD_DEFAULT may be the program's own. */
static void resolve(uintptr_t *addresses, const char *const *names,
                    size_t count, void *scope) {
  for (size_t i = 0; i < count; i++)
    addresses[i] = (uintptr_t)dlsym(scope, names[i]);
}

void dsu_summon_init(void) {
  resolve(forbidden, forbidden_names, LENGTH(forbidden_names), RTLD_DEFAULT);
  resolve(plain, plain_names, LENGTH(plain_names), RTLD_NEXT);
  resolve(sleeping, sleeping_names, LENGTH(sleeping_names), RTLD_NEXT);
  resolve(sleeping_ours, sleeping_names, LENGTH(sleeping_names), RTLD_DEFAULT);
  loader = object_of(getauxval(AT_BASE));
  libc = object_of((uintptr_t)dlsym(RTLD_NEXT, "clone"));
}

static bool contains(const uintptr_t *addresses, size_t count,
                     uintptr_t address) {
  for (size_t i = 0; i < count; i++)
    if (addresses[i] && addresses[i] == address)
      return true;
  return false;
}

static bool is_syscall(uintptr_t pc) {
  const unsigned char *code = (const unsigned char *)pc;
  return code[0] == 0x0f && code[1] == 0x05;
}

/* Behind the system call, or at it when the kernel will restart it. */
static bool at_system_call(uintptr_t pc) {
  return is_syscall(pc - 2) || is_syscall(pc);
}

/** A look at a stack. */
struct look {
  bool sleeps; /* the thread is, or was, in the system call futex */
  bool inside; /* all frames so far are libc's, the last of this function: */
  uintptr_t function;
  bool allowed;
};

static bool frame_allows(const struct dsu_frame *frame, void *context) {
  struct look *look = context;
  look->allowed = false;
  if (!frame->function || in_range(&loader, frame->pc) ||
      contains(forbidden, LENGTH(forbidden), frame->function))
    return false;
  bool in_libc = in_range(&libc, frame->pc);
  if (frame->index == 0 && in_libc)
    look->inside = !(contains(plain, LENGTH(plain), frame->function) &&
                     at_system_call(frame->pc));
  if (!look->inside)
    return look->allowed = true;
  if (in_libc) {
    look->function = frame->function;
    return true;
  }
  /* The one that has called libc; our own wrapper where libc's function jumps
     to one without a name. */
  look->inside = false;
  bool known = contains(sleeping, LENGTH(sleeping), look->function) ||
               contains(sleeping_ours, LENGTH(sleeping), frame->function);
  return look->allowed = look->sleeps && known;
}

/** Whether the thread waits in the system call futex, or is about to. */
static bool sleeps(const ucontext_t *where) {
  const greg_t *regs = where->uc_mcontext.gregs;
  int operation = (int)regs[REG_RSI] & FUTEX_CMD_MASK;
  enum dsu_system_call call = dsu_system_call_at(where);
  return call == DSU_CALL_INTERRUPTED ||
         (call == DSU_CALL_AGAIN && regs[REG_RAX] == SYS_futex &&
          (operation == FUTEX_WAIT || operation == FUTEX_WAIT_BITSET));
}

/** In a program with one thread libc takes no locks, and then an agent needs
   the memory that this thread may be changing.  With more, all is the helper's.
 */
static bool stack_matters(void) {
  return __libc_single_threaded || !dsu_starter_exists();
}

static bool stack_allows(const ucontext_t *where) {
  if (!stack_matters())
    return true;
  struct dsu_context start;
  dsu_context_from_signal(&start, where);
  struct look look = {.sleeps = sleeps(where)};
  /* Not asked to be complete: only the agent learns where threads begin. */
  dsu_walk_stack(&start, frame_allows, &look);
  return look.allowed;
}

/* An agent that a child of vfork started would work on our memory, hold the
   child's threads instead of ours, and end with the child. */
static bool is_wanted_here(void) {
  return dsu_agent_wanted() && !dsu_in_vfork_child();
}

void dsu_summon_in_handler(const ucontext_t *interrupted) {
  if (!is_wanted_here())
    return;
  if (stack_allows(interrupted))
    dsu_agent_start();
  else
    atomic_store(&dsu_summon_pending, 1);
}

void dsu_summon_in_call(void) {
  if (dsu_in_vfork_child() || atomic_exchange(&dsu_summon_pending, 0) == 0 ||
      !dsu_agent_wanted())
    return;
  ucontext_t here;
  if (getcontext(&here) != 0)
    return;
  if (stack_allows(&here))
    dsu_agent_start();
  else
    atomic_store(&dsu_summon_pending, 1);
}
