// Mutually recursive functions change together.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 10' 'ask 7' 'apply %t.so' 'ask 10' 'ask 7' 'revert' 'ask 10' | FileCheck %s
//
// CHECK:      10: even 10
// CHECK-NEXT: 7: odd 7
// CHECK:      exit 0
// CHECK-NEXT: 10: even 30
// CHECK-NEXT: 7: odd 21
// CHECK:      exit 0
// CHECK-NEXT: 10: even 10
// CHECK-NEXT: serving
#include "serve.h"

static int depth;
static int is_odd(int n);

#ifdef V2
#define STEP 3
#else
#define STEP 1
#endif

static NOINLINE int is_even(int n) {
  if (n == 0)
    return 1;
  depth += STEP;
  int result = is_odd(n - 1);
  __asm__ volatile("" ::: "memory"); // no tail call
  return result;
}

static NOINLINE int is_odd(int n) {
  if (n == 0)
    return 0;
  depth += STEP;
  int result = is_even(n - 1);
  __asm__ volatile("" ::: "memory");
  return result;
}

void answer(const char *line) {
  depth = 0;
  const char *what = is_even(atoi(line)) ? "even" : "odd";
  say("%s %d", what, depth);
}

int main(void) { return serve(); }
