// A breakpoint that a debugger puts at an entry while the update waits for a thread:
// the entry is looked at again when all threads are held, the update is refused, and
// what the debugger puts back is right.  (An attempt has failed when the agent is in
// the system call nanosleep, number 35; usleep is another.)
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' \
// RUN:   'run (dsuctl apply --timeout=60s $PID %t.so; echo status $?) >%t.log 2>&1 & until grep -qs "^35 " /proc/$PID/task/*/syscall; do :; done' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value cc > %t.byte' \
// RUN:   'ask leave' 'run until grep -q status %t.log; do sleep 0.01; done; cat %t.log' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value $(cat %t.byte)' \
// RUN:   'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      enter: entered
// CHECK:      leave: left
// CHECK:      the program's code cannot be changed
// CHECK:      status 8
// CHECK-NEXT: cc
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>

static pthread_t thread;
static volatile int inside, leave;

static NOINLINE int value(int stay) {
  inside = stay;
  while (stay && !leave)
    usleep(1000);
  return opaque(VERSION);
}

static void *enter(void *unused) {
  value(1);
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "enter") == 0) {
    pthread_create(&thread, NULL, enter, NULL);
    while (!inside)
      usleep(1000);
    say("entered");
  } else if (strcmp(line, "leave") == 0) {
    leave = 1;
    pthread_join(thread, NULL);
    say("left");
  } else {
    say("%d", value(0));
  }
}

int main(void) { return serve(); }
