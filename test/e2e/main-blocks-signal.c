// The main thread blocks every signal by the kernel's own call, past the runtime,
// and waits.  Another thread is called; the main thread's window will do.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

static sem_t never;

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) { say("%d", value()); }

static void *run(void *unused) {
  exit(serve());
  return unused;
}

int main(void) {
  pthread_t thread;
  uint64_t all = UINT64_MAX;
  pthread_create(&thread, NULL, run, NULL);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, NULL, sizeof all);
  sem_init(&never, 0, 0);
  for (;;)
    sem_wait(&never);
}
