// A C++ object linked in is left alone: it goes on calling the C functions, in
// their new form, and an exception of its own passes unharmed.
//
// REQUIRES: cxx
// RUN: dsu-cc -O2 -c -x c++ -I%inputs %inputs/cxx.cpp -o %t.cxx.o
// RUN: %dsu-cc %s %t.cxx.o -lstdc++ -o %t.1 && %dsu-cc -DV2 %s %t.cxx.o -lstdc++ -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'ask 0' 'apply %t.so' 'ask 5' 'ask 0' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6
// CHECK-NEXT: 0: thrown and caught, 1
// CHECK:      exit 0
// CHECK-NEXT: 5: 15
// CHECK-NEXT: 0: thrown and caught, 0
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
#include "serve.h"

int c_value(int x) {
#ifdef V2
  return 3 * x;
#else
  return x + 1;
#endif
}

void cxx_answer(int x, char *text, size_t size);

void answer(const char *line) {
  char text[64];
  cxx_answer(atoi(line), text, sizeof(text));
  say("%s", text);
}

int main(void) { return serve(); }
