// `__builtin_setjmp` makes a function one that can be entered anew, as setjmp does:
// its frames are judged by the function as a whole.
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

static void *place[5];

static NOINLINE void wait_inside(void) {
  char line[16];
  say("waiting");
  serve_line(line, sizeof(line));
}

static NOINLINE void jump(void) { __builtin_longjmp(place, 1); }

static NOINLINE void guarded(void) {
  if (__builtin_setjmp(place)) {
#ifdef V2
    say("new");
#else
    say("old");
#endif
    return;
  }
  wait_inside();
  jump();
}

void answer(const char *line) { guarded(); }

int main(void) { return serve(); }
