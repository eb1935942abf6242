// A function that calls setjmp changes, and so does one that jumps back to it; a
// jump buffer made by old code is still good after the update.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 1' 'ask 0' 'apply %t.so' 'ask 1' 'ask 0' 'revert' 'ask 1' | FileCheck %s
//
// CHECK:      1: caught 11 after 1
// CHECK-NEXT: 0: fine after 2
// CHECK:      exit 0
// CHECK-NEXT: 1: CAUGHT 21 after 3
// CHECK-NEXT: 0: FINE after 4
// CHECK:      exit 0
// CHECK-NEXT: 1: caught 11 after 5
// CHECK-NEXT: serving
#include "serve.h"
#include <setjmp.h>

static jmp_buf place;
static int calls;

#ifdef V2
#define CAUGHT "CAUGHT"
#define FINE "FINE"
#define BASE 20
#else
#define CAUGHT "caught"
#define FINE "fine"
#define BASE 10
#endif

static NOINLINE void may_jump(int value) {
  if (value)
    longjmp(place, BASE + value);
}

void answer(const char *line) {
  volatile int before = ++calls;
  int caught = setjmp(place);
  if (caught) {
    say(CAUGHT " %d after %d", caught, before);
    return;
  }
  may_jump(atoi(line));
  say(FINE " after %d", before);
}

int main(void) { return serve(); }
