// A program that has changed its user is updated by root, and by nobody else: not
// even by the user that it runs as.
//
// REQUIRES: root, reachable-by-others
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask value' 'ask drop' 'run setpriv --reuid=65534 --regid=65534 --clear-groups dsuctl apply $PID %t.so' \
// RUN:   'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK-NEXT: drop: done
// CHECK:      not permitted
// CHECK:      root
// CHECK:      exit 7
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "drop") == 0) {
    if (setgid(65534) != 0 || setuid(65534) != 0)
      exit(3);
    say("done");
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
