// With --level=rest the update asks for more than that no changed function is on a
// stack: the thread has to be back in its outermost loop.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'apply --level=rest --timeout=100ms %t.so' 'ask go' 'apply --level=rest %t.so' 'ask value' 'revert' \
// RUN:   'ask wait' 'apply %t.so' 'ask go' 'ask value' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK-NEXT: a thread is not at rest: {{.+}};wait in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 1
// CHECK:      level rest
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting
// CHECK:      level activeness
// CHECK:      exit 0
// CHECK-NEXT: go: 2
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static char buffer[64];

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE void wait(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
}

void answer(const char *line) {
  if (line[0] == 'w')
    wait();
  say("%d", value());
}

/* Blocks in read itself: a helper of the program's own would not be rest. */
int main(void) {
  ssize_t length;
  while ((length = read(0, buffer, sizeof(buffer) - 1)) > 0) {
    buffer[length - 1] = 0;
    if (strcmp(buffer, "hello") == 0)
      say("hello");
    else
      answer(buffer);
  }
  return 0;
}
