// New code calls what was opted out of updates in the running program: a static
// function, which only its identity names, and an external one; and takes their
// addresses.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6 and 7
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 and 7, then 12 and 14 of 2
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 and 7
// CHECK-NEXT: serving
#include "serve.h"

#define OFF __attribute__((annotate("dsu:off"), noinline))

static int calls;

static OFF int hidden(int x) {
  ++calls;
  return opaque(x) + 1;
}

OFF int open_to_all(int x) {
  ++calls;
  return opaque(x) + 2;
}

typedef int function(int);

void answer(const char *text) {
  int x = atoi(text);
  calls = 0;
#ifdef V2
  static function *const table[] = {hidden, open_to_all};
  int first = hidden(x), second = open_to_all(x);
  say("%d and %d, then %d and %d of %d", first, second, 2 * table[opaque(0)](x),
      2 * table[opaque(1)](x), calls - 2);
#else
  say("%d and %d", hidden(x), open_to_all(x));
#endif
}

int main(void) { return serve(); }
