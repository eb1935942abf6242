/*===- inject.c - what happens at a point ---------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread that meets a breakpoint: the instruction pointer goes back to it, an
// update is tried if this is a chosen point, then the thread single-steps the
// instruction and puts the breakpoint back.  If the step was a call that left
// the program, where it came out is a point as well.
//
// The environment: DSU_INJECT_MODE, _POINTS (the list), _PATCH, _LOG, _COUNTER
// (a file of 8 bytes: how many points were met), _THREADS=all (else only the
// main thread's points count), _LIMIT (count: stop there); every: _STRIDE,
// _OFFSET, _OUT, _SECONDS; at: _AT=n,n,...  It is taken away before the program
// sees it, so that programs started by this one are left alone.
//
//===----------------------------------------------------------------------===*/

#include "inject.h"

#include "dsu/dsu_abi.h"
#include "sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum {
  TRAP_FLAG = 0x100,
  /* The codes of a step.  Virtual machines lose the reason now and then; then
     the kernel says 1.  A breakpoint's is SI_KERNEL. */
  STEPPED = 2,         /* TRAP_TRACE */
  STEPPED_SOMEHOW = 1, /* TRAP_BRKPT */
  MAX_AT = 4096,
  MAX_NESTED = 8,
  MAX_WALK = 20000 /* instructions */
};

static enum mode { OFF, COUNT, EVERY, AT, RANDOM } mode;

static struct {
  const char *patch, *log, *out;
  unsigned long limit, stride, offset, seconds;
  unsigned long at[MAX_AT];
  size_t at_count;
  bool all_threads;
} settings;

static pid_t owner;                     /* the process that is looked at */
static _Atomic(unsigned long) *counter; /* shared with the driver */
static struct answer *answer;           /* shared with a child of ours */
static size_t next_at;
static _Atomic(bool) busy; /* one attempt at a time */
static bool applied;
static _Atomic(pid_t) chosen; /* mode random: whose points count */
static _Atomic(long) to_skip;

static __thread struct {
  /* Breakpoints that this thread is stepping over; handlers nest. */
  const struct point *pending[MAX_NESTED];
  unsigned depth;
  /* Mode random: on its way to its point, step by step. */
  bool walking;
  unsigned steps;
} self __attribute__((tls_model("initial-exec")));

/*--- One attempt ------------------------------------------------------------*/

/* Without stdio: the thread may be anywhere. */
static void log_attempt(unsigned long number, char kind, uintptr_t pc,
                        const char *op, int status) {
  static char line[sizeof answer->json + 512];
  int used = snprintf(line, 512,
                      "{\"n\":%lu,\"kind\":\"%c\",\"pc\":\"%lx\",\"tid\":%d,"
                      "\"op\":\"%s\",\"reason\":%u,\"status\":%d,\"reply\":",
                      number, kind, points_in_file(pc), dsu_sys_gettid(), op,
                      answer->reason, status);
  size_t size = (size_t)used;
  if (answer->length) {
    memcpy(line + size, answer->json, answer->length);
    size += answer->length;
    while (line[size - 1] == '\n')
      size--;
  } else {
    memcpy(line + size, "null", 4);
    size += 4;
  }
  memcpy(line + size, "}\n", 2);
  int fd = open(settings.log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  dsu_sys6(SYS_write, fd, (long)line, (long)(size + 2), 0, 0, 0);
  dsu_sys6(SYS_close, fd, 0, 0, 0, 0, 0);
}

/* Apply and revert in turn, in the process itself. */
static void try_here(unsigned long number, char kind, uintptr_t pc) {
  bool apply = !applied, inserted = points_inserted();
  /* The runtime refuses to redirect an entry with a breakpoint. */
  if (inserted)
    points_remove();
  client_request(apply ? settings.patch : NULL, answer);
  if (inserted)
    points_insert_anew();
  if (answer->reason == DSU_OK)
    applied = apply;
  log_attempt(number, kind, pc, apply ? "apply" : "revert", 0);
}

/* Applies in a child, which then runs to its end by itself. */
static void try_in_child(unsigned long number, char kind, uintptr_t pc) {
  pid_t child = fork();
  if (child == 0) {
    mode = OFF;
    points_remove();
    if (!isolate_streams(settings.out, number))
      _exit(98);
    client_request(settings.patch, answer);
    return;
  }
  int status = child < 0 ? -1 : isolate_wait(child, (unsigned)settings.seconds);
  log_attempt(number, kind, pc, "apply", status);
}

static void fail(const char *what) {
  dprintf(2, "inject: %s\n", what);
  _exit(97);
}

/* libc's own, so that the kernel calls us and not the runtime's trampoline;
   NULL is the default. */
static void handle(int number, void (*handler)(int, siginfo_t *, void *)) {
  int (*real)(int, const struct sigaction *, struct sigaction *) =
      (__typeof__(real))dlsym(RTLD_NEXT, "sigaction");
  struct sigaction action = {.sa_sigaction = handler,
                             .sa_flags = SA_SIGINFO | SA_RESTART | SA_NODEFER};
  sigfillset(&action.sa_mask);
  sigdelset(&action.sa_mask, SIGTRAP);
  sigdelset(&action.sa_mask, SIGRTMAX - DSU_SIGNAL_FROM_MAX);
  sigdelset(&action.sa_mask, SIGRTMAX - INJECT_SIGNAL_FROM_MAX);
  if (!real || real(number, &action, NULL) != 0)
    fail("cannot handle signals");
}

/*--- Points -----------------------------------------------------------------*/

/* A request, or a call, before the runtime's constructor has run would kill the
   process. */
static bool runtime_is_ready(void) {
  static bool ready;
  struct {
    uintptr_t handler, flags, restorer, mask;
  } old = {0};
  if (!ready && dsu_sys6(SYS_rt_sigaction, SIGRTMAX - DSU_SIGNAL_FROM_MAX, 0,
                         (long)&old, sizeof old.mask, 0, 0) == 0)
    ready = old.handler > 1;
  return ready;
}

static void meet_at(unsigned long number, char kind, uintptr_t pc) {
  if (next_at == settings.at_count || number < settings.at[next_at] ||
      atomic_exchange(&busy, true))
    return;
  if (next_at < settings.at_count && number >= settings.at[next_at]) {
    next_at++;
    try_here(number, kind, pc);
    if (next_at == settings.at_count)
      points_remove();
  }
  atomic_store(&busy, false);
}

static void meet_random(unsigned long number, char kind, uintptr_t pc) {
  if (atomic_fetch_sub(&to_skip, 1) > 0 || atomic_exchange(&busy, true))
    return;
  atomic_store(&chosen, 0);
  try_here(number, kind, pc);
  atomic_store(&busy, false);
}

static void meet(char kind, uintptr_t pc) {
  if (dsu_sys_getpid() != owner || !runtime_is_ready())
    return;
  if (!settings.all_threads && dsu_sys_gettid() != owner)
    return;
  unsigned long number = atomic_fetch_add(counter, 1) + 1;
  switch (mode) {
  case OFF:
    break;
  case COUNT:
    if (number >= settings.limit)
      points_remove();
    break;
  case EVERY:
    if (number % settings.stride == settings.offset)
      try_in_child(number, kind, pc);
    break;
  case AT:
    meet_at(number, kind, pc);
    break;
  case RANDOM:
    meet_random(number, kind, pc);
    break;
  }
}

static void begin_step(const struct point *point, greg_t *regs) {
  point_lift(point);
  if (self.depth == MAX_NESTED)
    return; /* this one stays out */
  self.pending[self.depth++] = point;
  regs[REG_EFL] |= TRAP_FLAG;
}

static void end_step(greg_t *regs) {
  regs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
  if (self.depth == 0)
    return; /* a thread or process that was born during a step */
  const struct point *point = self.pending[--self.depth];
  point_lower(point);
  uintptr_t pc = (uintptr_t)regs[REG_RIP];
  if (point->kind == POINT_CALL && points_inserted() && !points_surround(pc))
    meet(POINT_OUTSIDE, pc);
}

/* A thread must not be stepped into a state in which it blocks SIGTRAP, as libc
   does for a moment here and there. */
static bool is_mask_call(const greg_t *regs) {
  const unsigned char *code = (const unsigned char *)regs[REG_RIP];
  return code[0] == 0x0f && code[1] == 0x05 &&
         regs[REG_RAX] == SYS_rt_sigprocmask;
}

/* Breakpoints would slow all threads; steps slow the chosen one only. */
static void walk(greg_t *regs) {
  pid_t tid = dsu_sys_gettid();
  uintptr_t pc = (uintptr_t)regs[REG_RIP];
  bool go_on = dsu_sys_getpid() == owner && atomic_load(&chosen) == tid &&
               self.steps++ < MAX_WALK && !is_mask_call(regs);
  if (go_on && points_surround(pc)) {
    const struct point *point = points_find(pc);
    if (point)
      meet(point->kind, pc);
    go_on = atomic_load(&chosen) == tid;
  }
  if (!go_on) {
    self.walking = false;
    regs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
  }
}

static void on_trap(int number, siginfo_t *info, void *context) {
  int saved_errno = errno;
  greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  if (info->si_code == STEPPED || info->si_code == STEPPED_SOMEHOW) {
    if (self.walking)
      walk(regs);
    else
      end_step(regs);
  } else {
    const struct point *point = points_find((uintptr_t)regs[REG_RIP] - 1);
    if (!point) {
      handle(number, NULL); /* the program's own breakpoint */
      raise(number);
      return;
    }
    regs[REG_RIP]--;
    if (points_inserted())
      meet(point->kind, point->address);
    if (points_inserted())
      begin_step(point, regs);
  }
  errno = saved_errno;
}

/* Mode random.  The signal may interrupt a call that libc does not restart; the
   runtime hides that from the program when the interruption was its own, so let
   it believe that it was, by a call for no attempt. */
static void on_chosen(int number, siginfo_t *info, void *context) {
  (void)number;
  if (!runtime_is_ready())
    return;
  int saved_errno = errno;
  atomic_store(&to_skip, info->si_value.sival_int);
  atomic_store(&chosen, dsu_sys_gettid());
  self.walking = true;
  self.steps = 0;
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
  siginfo_t hide;
  memset(&hide, 0, sizeof hide);
  hide.si_signo = SIGRTMAX - DSU_SIGNAL_FROM_MAX;
  hide.si_code = SI_QUEUE;
  hide.si_pid = dsu_sys_getpid();
  dsu_sys6(SYS_rt_tgsigqueueinfo, hide.si_pid, dsu_sys_gettid(), hide.si_signo,
           (long)&hide, 0, 0);
  errno = saved_errno;
}

/*--- Start ------------------------------------------------------------------*/

static const char *take(const char *name) {
  const char *value = getenv(name);
  if (!value)
    return NULL;
  value = strdup(value);
  unsetenv(name);
  return value;
}

static unsigned long take_number(const char *name, unsigned long otherwise) {
  const char *text = take(name);
  return text ? strtoul(text, NULL, 10) : otherwise;
}

static void take_at(void) {
  const char *text = take("DSU_INJECT_AT");
  while (text && *text && settings.at_count < MAX_AT) {
    char *end;
    settings.at[settings.at_count++] = strtoul(text, &end, 10);
    text = *end == ',' ? end + 1 : end;
  }
}

static enum mode mode_named(const char *name) {
  static const char *const names[] = {"", "count", "every", "at", "random"};
  for (int i = COUNT; i <= RANDOM; i++)
    if (strcmp(name, names[i]) == 0)
      return (enum mode)i;
  fail("no such mode");
  return OFF;
}

static void *map_shared(int fd, size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | (fd < 0 ? MAP_ANONYMOUS : 0), fd, 0);
  if (memory == MAP_FAILED)
    fail("no shared memory");
  return memory;
}

static void map_counter(void) {
  const char *path = take("DSU_INJECT_COUNTER");
  int fd = path ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;
  if (fd < 0 || ftruncate(fd, sizeof *counter) != 0)
    fail("no counter file");
  counter = map_shared(fd, sizeof *counter);
  close(fd);
}

__attribute__((constructor)) static void start(void) {
  const char *name = take("DSU_INJECT_MODE");
  const char *points = take("DSU_INJECT_POINTS");
  unsetenv("LD_PRELOAD");
  if (!name || !points)
    return;
  const char *threads = take("DSU_INJECT_THREADS");
  settings.all_threads = threads && strcmp(threads, "all") == 0;
  settings.patch = take("DSU_INJECT_PATCH");
  settings.log = take("DSU_INJECT_LOG");
  settings.out = take("DSU_INJECT_OUT");
  settings.limit = take_number("DSU_INJECT_LIMIT", -1ul);
  settings.stride = take_number("DSU_INJECT_STRIDE", 1);
  settings.offset = take_number("DSU_INJECT_OFFSET", 0);
  settings.seconds = take_number("DSU_INJECT_SECONDS", 10);
  take_at();
  map_counter();
  answer = map_shared(-1, sizeof *answer);
  owner = dsu_sys_getpid();
  points_load(points);
  handle(SIGTRAP, on_trap);
  handle(SIGRTMAX - INJECT_SIGNAL_FROM_MAX, on_chosen);
  mode = mode_named(name);
  if (mode == RANDOM)
    settings.all_threads = true;
  else
    points_insert();
}
