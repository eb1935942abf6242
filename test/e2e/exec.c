// An updated program that executes itself anew starts as v1: an update lives in the
// process's memory and nowhere else.  Afterwards it can be updated again.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'ask value' 'ask exec' 'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: exec: started
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "exec") == 0) {
    execl("/proc/self/exe", "again", "started", NULL);
    exit(3);
  }
  say("%d", value());
}

int main(int argc, char **argv) {
  if (argc > 1)
    say("%s", argv[1]);
  return serve();
}
