// A program that becomes a daemon (it forks, and the parent ends) is updated under
// its new process number.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'pid pid' 'apply %t.so' 'ask value' 'revert' 'ask value' 'ask quit' | FileCheck %s
//
// CHECK:      applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: quit: done
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "pid") == 0) {
    say("%d", (int)getpid());
  } else if (strcmp(line, "quit") == 0) {
    say("done");
    exit(0);
  } else {
    say("%d", value());
  }
}

int main(void) {
  /* The working directory changes; input and output stay the driver's. */
  if (daemon(0, 1) != 0)
    return 3;
  return serve();
}
