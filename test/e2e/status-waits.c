// A thread that is blocked in a system call which is no window, here read inside
// the C library's stdio, waits; one that computes runs.
//
// RUN: %dsu-cc %s -o %t.1
// RUN: %drive %t.1 'ask compute' 'status' 'ask stop' 'status' | FileCheck %s
//
// CHECK:      compute: computing
// CHECK:      thread {{[0-9]+ .*}} waits: {{.*}}fgets
// CHECK:      thread {{[0-9]+ .*}} runs: {{.*}}compute
// CHECK:      stop: stopped
// CHECK:      thread {{[0-9]+ .*}} waits: {{.*}}fgets
// CHECK-NOT:  runs:
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static _Atomic(int) stop, running;
static pthread_t thread;

static void *compute(void *unused) {
  atomic_store(&running, 1);
  while (!atomic_load(&stop))
    ;
  return unused;
}

static const char *answer(const char *line) {
  if (strcmp(line, "compute\n") == 0) {
    pthread_create(&thread, NULL, compute, NULL);
    while (!atomic_load(&running))
      ;
    return "computing";
  }
  if (strcmp(line, "stop\n") == 0) {
    atomic_store(&stop, 1);
    pthread_join(thread, NULL);
    return "stopped";
  }
  return "hello";
}

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    puts(answer(line));
    fflush(stdout);
  }
  return 0;
}
