// Where a thread may be interrupted to make the agent's thread, as long as it is
// the only one, since libc takes no locks then: in the program's own code, in libc's
// plain system calls and asleep in its condition variables and semaphores, but not
// above an allocator's frames (the program's own allocator, here), the dynamic
// loader's, or in the middle of the C library.  With two threads, anywhere.
//
// RUN: %clang -shared -fPIC -nostdlib -DLIBRARY %s -o %t.so
// RUN: %rt-cc -Wl,--export-dynamic %s -o %t
// RUN: sh -c 'for place in malloc loader raise read condition semaphore mutex step \
// RUN:   program threads; do %t $place %t.so; done' | FileCheck %s
// CHECK:      malloc: not here
// CHECK-NEXT: loader: not here
// CHECK-NEXT: raise: not here
// CHECK-NEXT: read: here{{$}}
// CHECK-NEXT: condition: here{{$}}
// CHECK-NEXT: semaphore: here{{$}}
// CHECK-NEXT: mutex: not here
// CHECK-NEXT: step: at the system call futex
// CHECK-NEXT: program: here{{$}}
// CHECK-NEXT: threads: {{here|not here, no helper}}

#ifdef LIBRARY
__attribute__((constructor)) static void early(void) {
  __asm__ volatile("int3");
}
#else

#include "agent.h"
#include "real.h"
#include "starter.h"
#include "summon.h"
#include "sys.h"

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/time.h>
#include <unistd.h>

enum { TRAP_FLAG = 0x100, SOON_US = 50000 };

static const char *place;
static int fds[2];
static volatile int interrupt_malloc, stepping;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
extern char __executable_start[], etext[];

/* Whether libc knows of the second thread, so that it takes its locks. */
static const char *known(void) {
  return __libc_single_threaded ? "here, too early" : "here";
}

__attribute__((noreturn)) static void end(const char *answer) {
  printf("%s: %s\n", place, answer);
  fflush(stdout);
  _Exit(0);
}

static bool is_futex(const greg_t *regs) {
  const unsigned char *code = (const unsigned char *)regs[REG_RIP];
  return code[0] == 0x0f && code[1] == 0x05 && regs[REG_RAX] == SYS_futex;
}

static void step(void *context) {
  greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  const char *pc = (const char *)regs[REG_RIP];
  regs[REG_EFL] |= TRAP_FLAG;
  if (pc >= __executable_start && pc < etext)
    return;
  dsu_summon_in_handler(context);
  if (!dsu_agent_wanted())
    end(is_futex(regs) ? "at the system call futex" : "elsewhere");
}

/* The question is asked as the runtime's own handler asks it. */
static void on_signal(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  if (!dsu_agent_wanted())
    dsu_agent_note(1);
  if (stepping) {
    step(context);
    return;
  }
  dsu_summon_in_handler(context);
  end(!atomic_load(&dsu_summon_pending) ? known()
      : strcmp(place, "threads") == 0 && !dsu_starter_exists()
          ? "not here, no helper"
          : "not here");
}

/* The program's own allocator: never frees. */
__attribute__((noinline)) void *malloc(size_t size) {
  static _Alignas(16) char memory[1 << 20];
  static _Atomic(size_t) used;
  if (interrupt_malloc) {
    interrupt_malloc = 0;
    __asm__ volatile("int3");
  }
  size_t at = atomic_fetch_add(&used, (size + 15) & ~(size_t)15);
  return at + size <= sizeof memory ? memory + at : NULL;
}

void free(void *unused) { (void)unused; }

static void in_malloc(void) {
  interrupt_malloc = 1;
  void *(*volatile allocate)(size_t) = malloc;
  free(allocate(1));
}

static void in_read(void) {
  char byte;
  if (read(fds[0], &byte, 1) < 0)
    puts("read failed");
}

static void in_condition(void) {
  pthread_mutex_lock(&lock);
  pthread_cond_wait(&never, &lock);
}

static void in_semaphore(void) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  sem_wait(&semaphore);
}

static void in_mutex(void) {
  pthread_mutex_lock(&lock);
  pthread_mutex_lock(&lock);
}

/* Waits for nothing, step by step, until it is too late. */
static void in_step(void) {
  struct timespec past = {1, 0};
  pthread_mutex_lock(&lock);
  pthread_cond_timedwait(&never, &lock, &past); /* is bound */
  stepping = 1;
  __asm__ volatile("int3");
  pthread_cond_timedwait(&never, &lock, &past);
}

static void in_program(void) { __asm__ volatile("int3"); }

static void *stay(void *unused) {
  for (;;)
    pause();
  return unused;
}

static void with_threads(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, stay, NULL);
  in_mutex();
}

static const struct {
  const char *name;
  void (*go)(void);
  bool waits;
} places[] = {
    {"malloc", in_malloc, false},      {"read", in_read, true},
    {"condition", in_condition, true}, {"semaphore", in_semaphore, true},
    {"mutex", in_mutex, true},         {"step", in_step, false},
    {"program", in_program, false},    {"threads", with_threads, true}};

int main(int argc, char **argv) {
  struct sigaction action = {.sa_sigaction = on_signal,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  dsu_real_sigaction(SIGTRAP, &action, NULL);
  dsu_real_sigaction(SIGALRM, &action, NULL);
  if (argc != 3 || pipe(fds) != 0)
    return 2;
  place = argv[1];
  /* On one processor, in order, nobody is quicker than who does not wait for
     him (only root may ask for that order). */
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET((size_t)sched_getcpu(), &one);
  sched_setaffinity(0, sizeof one, &one);
  sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){1});
  if (strcmp(place, "loader") == 0 && !dlmopen(LM_ID_BASE, argv[2], RTLD_NOW))
    puts(dlerror());
  if (strcmp(place, "raise") == 0)
    raise(SIGALRM);
  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    if (strcmp(place, places[i].name) != 0)
      continue;
    if (places[i].waits)
      setitimer(ITIMER_REAL, &(struct itimerval){.it_value.tv_usec = SOON_US},
                NULL);
    places[i].go();
  }
  return 3;
}
#endif
