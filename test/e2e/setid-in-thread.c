// A thread that acts as another user for each request changes the ids of all threads
// that libc knows of, and libc ends the program if the change goes differently in one
// of them.  The thread that serves a request is none of those.
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 -pthread && %dsu-cc -DV2 %s -o %t.2 -pthread
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'run for i in $(seq 40); do \
// RUN:   dsuctl apply $PID %t.so >/dev/null && dsuctl revert $PID >/dev/null || exit; done' \
// RUN:   'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <grp.h>
#include <pthread.h>

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) { say("%d", value()); }

static void *act_as_others(void *unused) {
  const gid_t groups[] = {1000, 100};
  for (;;) {
    if (setgroups(2, groups) != 0 || setegid(1000) != 0 || seteuid(1000) != 0)
      _exit(3);
    value();
    if (seteuid(0) != 0 || setegid(0) != 0 || setgroups(0, NULL) != 0)
      _exit(4);
  }
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, act_as_others, NULL);
  return serve();
}
