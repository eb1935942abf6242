// The thread that serves a request has the powers that the program has, also if the
// program changes them while that thread is made: here they change all the time, so
// sooner or later it is caught, ends, and another one serves.
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 -pthread && %dsu-cc -DV2 %s -o %t.2 -pthread
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'run for i in $(seq 60); do \
// RUN:   dsuctl check $PID %t.so >/dev/null || exit; \
// RUN:   dsuctl status $PID | grep -m 1 "log: .*the process has changed its user" && exit; done' \
// RUN:   'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      log: {{.*}}the agent ends: the process has changed its user or group; the next one serves
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <pthread.h>
#include <sys/syscall.h>

void answer(const char *line) { say("%d", opaque(VERSION)); }

static void *serve_lines(void *unused) {
  serve();
  _exit(0);
}

/* The kernel's call changes this thread alone, as libc's does with each. */
int main(void) {
  pthread_t server;
  pthread_create(&server, NULL, serve_lines, NULL);
  for (;;) {
    syscall(SYS_setresgid, -1, 65534, -1);
    syscall(SYS_setresgid, -1, 0, -1);
  }
}
