// A function that called setjmp and whose changed code could be entered again by
// longjmp is on a stack: the update waits, although the call that it is in has
// nothing but unchanged code after it.  When it has returned the update goes in.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'apply --timeout=100ms %t.so' 'ask jump' 'apply %t.so' 'ask wait' 'ask jump' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK:      guarded in frame
// CHECK:      exit 4
// CHECK-NEXT: jump: old
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: jump: new
// CHECK-NEXT: serving
#include "serve.h"
#include <setjmp.h>

static jmp_buf place;
static int calls;

static NOINLINE void wait_inside(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
  if (strcmp(line, "jump") == 0)
    longjmp(place, 1);
}

static NOINLINE void guarded(void) {
  if (setjmp(place)) {
#ifdef V2
    say("new");
#else
    say("old");
#endif
    return;
  }
  wait_inside();
  ++calls;
}

void answer(const char *line) { guarded(); }

int main(void) { return serve(); }
