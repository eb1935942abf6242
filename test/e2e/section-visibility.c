// Functions and variables with sections and visibilities of their own are updated
// like others.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6 7 8 after 1
// CHECK:      exit 0
// CHECK-NEXT: 5: 15 20 25 after 2
// CHECK:      exit 0
// CHECK-NEXT: 5: 6 7 8 after 3
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define OF(X, N) ((N + 2) * (X))
#else
#define OF(X, N) ((X) + N)
#endif

__attribute__((section(".data.mine"))) static int calls = 0;
__attribute__((section(".text.mine"), noinline)) static int in_section(int x) {
  return OF(x, 1);
}
__attribute__((visibility("hidden"), noinline)) int hidden(int x) {
  return OF(x, 2);
}
__attribute__((visibility("protected"), noinline)) int protected(int x) {
  return OF(x, 3);
}

void answer(const char *line) {
  int x = atoi(line);
  ++calls;
  say("%d %d %d after %d", in_section(x), hidden(x), protected(x), calls);
}

int main(void) { return serve(); }
