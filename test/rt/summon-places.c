// Where a thread may be interrupted to make the agent's thread: in the
// program's own code, in libc's plain system calls and asleep in its condition
// variables and semaphores, but not above an allocator's frames (the program's
// own allocator, here), the dynamic loader's, or in the middle of the C library.
//
// RUN: %clang -shared -fPIC -nostdlib -DLIBRARY %s -o %t.so
// RUN: %rt-cc -Wl,--export-dynamic %s -o %t && %t %t.so | FileCheck %s

#ifdef LIBRARY
__attribute__((constructor)) static void early(void) {
  __asm__ volatile("int3");
}
#else

#include "agent.h"
#include "real.h"
#include "summon.h"
#include "sys.h"

#include <dlfcn.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TRAP_FLAG = 0x100 };

static volatile int interrupt_malloc, pipe_fds[2];
static const char *volatile answer;
static volatile int stepping, steps_outside, here_outside;
extern char __executable_start[], etext[];

/* One that was refused is still wanted: there is room for few. */
static void want_an_agent(void) {
  static uint32_t nonce;
  if (!dsu_agent_wanted())
    dsu_agent_note(++nonce); /* the same again were no new request */
}

/* The question is asked as the runtime's own handler asks it. */
static void question(void *context) {
  atomic_store(&dsu_summon_pending, 0);
  want_an_agent();
  dsu_summon_in_handler(context);
  answer = atomic_load(&dsu_summon_pending) ? "not here" : "here";
}

static void question_again(void *context) {
  dsu_summon_in_handler(context);
  if (!dsu_agent_wanted()) {
    ++here_outside;
    want_an_agent();
  }
}

static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  greg_t *regs = ((ucontext_t *)context)->uc_mcontext.gregs;
  const char *pc = (const char *)regs[REG_RIP];
  regs[REG_EFL] &= ~(greg_t)TRAP_FLAG;
  if (stepping)
    regs[REG_EFL] |= TRAP_FLAG;
  if (!stepping)
    question(context);
  else if (pc < __executable_start || pc >= etext) {
    ++steps_outside;
    question_again(context);
  }
}

/* Waits for nothing, step by step, until it is too late. */
__attribute__((noinline)) static void step_through_wait(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
  struct timespec past = {1, 0};
  pthread_mutex_lock(&mutex);
  pthread_cond_timedwait(&cond, &mutex, &past); /* is bound */
  want_an_agent();
  stepping = 1;
  __asm__ volatile("int3");
  int error = pthread_cond_timedwait(&cond, &mutex, &past);
  stepping = 0;
  printf("stepped through %s: %s, here %d times\n", strerror(error),
         steps_outside > 50 ? "many steps" : "few steps", here_outside);
  fflush(stdout);
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

static void show(const char *where) {
  printf("%s: %s\n", where, answer);
  fflush(stdout);
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *sleep_in_cond(void *unused) {
  static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
  pthread_mutex_lock(&lock);
  pthread_cond_wait(&cond, &lock);
  return unused;
}

static void *sleep_in_sem(void *unused) {
  sem_t semaphore;
  sem_init(&semaphore, 0, 0);
  sem_wait(&semaphore);
  return unused;
}

static void *wait_for_lock(void *unused) {
  pthread_mutex_lock(&lock);
  return unused;
}

static pthread_t joined;

static void *join(void *unused) {
  pthread_join(joined, NULL);
  return unused;
}

/* A thread that comes to rest in `function` is asked. */
static void ask(const char *name, void *(*function)(void *)) {
  pthread_t thread;
  pthread_create(&thread, NULL, function, NULL);
  poll(NULL, 0, 50);
  answer = NULL;
  pthread_kill(thread, SIGUSR1);
  while (!answer)
    poll(NULL, 0, 1);
  show(name);
  joined = thread;
}

static void *read_a_byte(void *unused) {
  char byte;
  if (read(pipe_fds[0], &byte, 1) < 0)
    puts("read failed");
  return unused;
}

int main(int argc, char **argv) {
  struct sigaction action = {.sa_sigaction = on_trap,
                             .sa_flags = SA_SIGINFO | SA_RESTART};
  dsu_real_sigaction(SIGTRAP, &action, NULL);
  dsu_real_sigaction(SIGUSR1, &action, NULL);
  // CHECK: malloc: not here
  interrupt_malloc = 1;
  void *(*volatile allocate)(size_t) = malloc;
  free(allocate((size_t)argc));
  show("malloc");
  // CHECK-NEXT: loader: not here
  void *handle = dlmopen(LM_ID_BASE, argv[1], RTLD_NOW);
  show("loader");
  if (!handle)
    puts(dlerror());
  // CHECK-NEXT: inside raise: not here
  raise(SIGUSR1);
  show("inside raise");
  // CHECK-NEXT: stepped through Connection timed out: many steps, here 1 times
  step_through_wait();
  int fds[2];
  if (pipe(fds) != 0)
    return 1;
  pipe_fds[0] = fds[0];
  // CHECK-NEXT: read: here
  ask("read", read_a_byte);
  // CHECK-NEXT: condition variable: here
  ask("condition variable", sleep_in_cond);
  // CHECK-NEXT: semaphore: here
  ask("semaphore", sleep_in_sem);
  // CHECK-NEXT: pthread_join: not here
  ask("pthread_join", join);
  // CHECK-NEXT: mutex: not here
  pthread_mutex_lock(&lock);
  ask("mutex", wait_for_lock);
  _Exit(0);
}
#endif
