// A signal of the program's own, without SA_RESTART, interrupts a blocking call
// with EINTR as ever; an update in the same call does not.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask block' 'apply %t.so' 'check %t.so' 'run kill -USR1 $PID' 'get' 'ask value' | FileCheck %s
//
// CHECK:      block: blocking
// CHECK:      exit 0
// CHECK:      the patch is applied already
// CHECK:      poll gave -1, interrupted, after 1 signal
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>

static volatile int signals;

static NOINLINE int value(void) { return opaque(VERSION); }

static void handler(int number) { ++signals; }

void answer(const char *line) {
  if (strcmp(line, "block") != 0) {
    say("%d", value());
    return;
  }
  say("blocking");
  int result = poll(NULL, 0, -1);
  say("poll gave %d, %s, after %d signal", result,
      errno == EINTR ? "interrupted" : "not interrupted", signals);
}

int main(void) {
  struct sigaction action = {.sa_handler = handler};
  sigaction(SIGUSR1, &action, NULL);
  return serve();
}
