// Where a thread may be interrupted to make the agent's thread: in the
// program's own code and in libc's plain system calls, but not above an
// allocator's frames (the program's own allocator, here), the dynamic loader's,
// or in the middle of the C library.
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
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static volatile int interrupt_malloc, pipe_fds[2];
static const char *volatile answer;

/* The question is asked as the runtime's own handler asks it. */
static void on_trap(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  atomic_store(&dsu_summon_pending, 0);
  dsu_agent_note(1); /* the same nonce again is no new request */
  dsu_summon_in_handler(context);
  answer = atomic_load(&dsu_summon_pending) ? "not here" : "here";
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
  int fds[2];
  if (pipe(fds) != 0)
    return 1;
  pipe_fds[0] = fds[0];
  pthread_t thread;
  pthread_create(&thread, NULL, read_a_byte, NULL);
  poll(NULL, 0, 50);
  answer = NULL;
  pthread_kill(thread, SIGUSR1);
  while (!answer)
    poll(NULL, 0, 1);
  // CHECK-NEXT: read: here
  show("read");
  if (write(fds[1], "x", 1) != 1)
    return 1;
  pthread_join(thread, NULL);
  _Exit(0);
}
#endif
