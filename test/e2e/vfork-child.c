// A child of vfork has the program's memory, but none of its threads.  A request
// that comes to it is not served there: nothing changes, and its parent serves
// as before.  What dsuctl finds by itself, by --children, leaves it out.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run dsuctl apply --timeout=300ms $(cat /proc/$PID/task/*/children) %t.so' \
// RUN:   'dsuctl apply --children --timeout=20s $PID %t.so' 'ask value' \
// RUN:   'ask stop' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      start: done
// CHECK-NEXT: dsuctl: process [[CHILD:[0-9]+]]: the process does not answer: it shares the memory of process [[PARENT:[0-9]+]] (vfork).
// CHECK:      exit 6
// CHECK-NEXT: process [[PARENT]]: {{.*}} applied
// CHECK-NOT:  process [[CHILD]]
// CHECK:      dsuctl: done in 1 process.
// CHECK-NEXT: exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: stop: done
// CHECK-NEXT: process [[PARENT]]: {{.*}} reverted
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"
#include <poll.h>
#include <pthread.h>
#include <sys/wait.h>

static int ends[2], told[2];
static pthread_t parent;

static NOINLINE int value(void) { return opaque(VERSION); }

static void *give_birth(void *unused) {
  char byte = 0;
  /* The runtime knows the thread, so a child that waits is no hindrance. */
  poll(NULL, 0, 1);
  pid_t child = vfork();
  if (child == 0) {
    struct pollfd end = {.fd = ends[0], .events = POLLIN};
    if (write(told[1], &byte, 1) == 1)
      poll(&end, 1, -1);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return unused;
}

void answer(const char *line) {
  char byte = 0;
  if (strcmp(line, "start") == 0) {
    if (pipe(ends) || pipe(told) ||
        pthread_create(&parent, NULL, give_birth, NULL) ||
        read(told[0], &byte, 1) != 1)
      exit(3);
    say("done");
  } else if (strcmp(line, "stop") == 0) {
    if (write(ends[1], &byte, 1) != 1)
      exit(3);
    pthread_join(parent, NULL);
    say("done");
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
