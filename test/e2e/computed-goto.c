// An interpreter with computed gotos changes: a new instruction, another meaning
// of an old one.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask ++d.' 'apply %t.so' 'ask ++d.' 'ask ++s.' 'revert' 'ask ++d.' | FileCheck %s
//
// CHECK:      ++d.: 4
// CHECK:      exit 0
// CHECK-NEXT: ++d.: 40
// CHECK-NEXT: ++s.: 400
// CHECK:      exit 0
// CHECK-NEXT: ++d.: 4
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int interpret(const char *code) {
  static void *const labels[] = {&&add, &&twice,
#ifdef V2
                                 &&square,
#endif
                                 &&end};
  enum { LAST = sizeof(labels) / sizeof(labels[0]) - 1 };
  int x = 0;
next:
  switch (*code++) {
  case '+':
    goto *labels[0];
  case 'd':
    goto *labels[1];
  case 's':
    goto *labels[2];
  default:
    goto *labels[LAST];
  }
add:
#ifdef V2
  x += 9;
#endif
  ++x;
  goto next;
twice:
  x *= 2;
  goto next;
#ifdef V2
square:
  x *= x;
  goto next;
#endif
end:
  return x;
}

void answer(const char *line) { say("%d", interpret(line)); }

int main(void) { return serve(); }
