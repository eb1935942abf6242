// Functions that come from a static archive made by plain ar are updated like any
// other.
//
// RUN: %dsu-cc -c %inputs/part.c -o %t.1.o && rm -f %t.1.a && llvm-ar rcs %t.1.a %t.1.o
// RUN: %dsu-cc -DV2 -c %inputs/part.c -o %t.2.o && rm -f %t.2.a && llvm-ar rcs %t.2.a %t.2.o
// RUN: %dsu-cc %s %t.1.a -o %t.1 && %dsu-cc %s %t.2.a -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: part 6 of 1
// CHECK:      exit 0
// CHECK-NEXT: 5: part 15 of 2
// CHECK:      exit 0
// CHECK-NEXT: 5: part 6 of 3
// CHECK-NEXT: serving
#include "serve.h"

void part_answer(char *text, size_t size, int x);

void answer(const char *line) {
  char text[64];
  part_answer(text, sizeof(text), atoi(line));
  say("%s", text);
}

int main(void) { return serve(); }
