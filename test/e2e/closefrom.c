// A program that closes every descriptor from 3 on, again and again, also between
// updates, goes on being updatable; and the runtime keeps none that it would miss.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask close' 'apply %t.so' 'ask value' 'ask close' 'revert' 'ask value' 'ask close' 'apply %t.so' 'ask value' 'ask close' 'ask value' | FileCheck %s
//
// CHECK:      close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: close: done
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "close") == 0) {
    closefrom(3);
    say("done");
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
