// Uninitialized globals of two files that the linker merges (-fcommon), and symbols
// that nobody defines (weak), are reached by new code as by old.
//
// RUN: %dsu-cc -fcommon %s %inputs/tentative-2.c -o %t.1 && %dsu-cc -fcommon -DV2 %s %inputs/tentative-2.c -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 5 absent
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 v2 absent
// CHECK:      exit 0
// CHECK-NEXT: 5: 20 absent
// CHECK-NEXT: serving
#include "serve.h"

int tentative;
int add(int x);
extern int absent(void) __attribute__((weak));

void answer(const char *line) {
  int x = add(atoi(line));
#ifdef V2
  x = add(x - tentative + 5);
  say("%d v2 %s", tentative, absent ? "present" : "absent");
#else
  say("%d %s", x, absent ? "present" : "absent");
#endif
}

int main(void) { return serve(); }
