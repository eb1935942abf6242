// Whoever interrupts dsuctl while an update waits takes the request back: it is not
// carried out later, and the next one is served at once.  Who asks meanwhile is told.
// (An attempt has failed when the agent is in the system call nanosleep, number 35;
// usleep is another.)
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' 'start dsuctl apply --timeout=4s $PID %t.so' \
// RUN:   'run until grep -qs "^35 " /proc/$PID/task/*/syscall; do :; done' \
// RUN:   'run dsuctl status --timeout=1s $PID' 'join' 'run timeout -s INT 1 dsuctl apply --wait $PID %t.so; echo interrupted' \
// RUN:   'run dsuctl status --timeout=2s $PID' 'ask leave' 'ask value' 'run dsuctl status $PID' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      enter: entered
// CHECK:      its agent was not started in time; it is at another request
// CHECK-NEXT: What to do: wait for the other dsuctl, or interrupt it
// CHECK:      a function that the patch changes is on a stack
// CHECK:      interrupted
// CHECK:      {{^}}  no patch
// CHECK:      log: {{.*}} the client went away before the update could be made
// CHECK:      leave: left
// CHECK-NEXT: value: 1
// CHECK:      {{^}}  no patch
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
