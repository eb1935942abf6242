// A program that switches stacks by itself may have frames that nobody sees: the
// update is refused with these words, and the program goes on.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask value' 'apply --timeout=100ms %t.so' 'ask switch' 'keep' 'apply --timeout=100ms %t.so' 'revert --timeout=100ms' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK:      exit 0
// CHECK-NEXT: switch: been there 2
// CHECK-NEXT: the patch is applied already
// CHECK:      exit 8
// CHECK:      a stack cannot be read to its end: {{.*}}swapcontext
// CHECK:      exit 4
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <ucontext.h>

static ucontext_t here, there;
static char stack[65536];

static NOINLINE int value(void) { return opaque(VERSION); }

static void elsewhere(void) {
  say("been there %d", value());
  swapcontext(&there, &here);
}

void answer(const char *line) {
  if (strcmp(line, "switch") != 0) {
    say("%d", value());
    return;
  }
  getcontext(&there);
  there.uc_stack.ss_sp = stack;
  there.uc_stack.ss_size = sizeof(stack);
  makecontext(&there, elsewhere, 0);
  swapcontext(&here, &there);
}

int main(void) { return serve(); }
