// Inline assembly that calls a function by its symbol reaches the new code: the
// symbol is the stable wrapper.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' 'revert' 'ask a' | FileCheck %s
//
// CHECK:      a: 1
// CHECK:      exit 0
// CHECK-NEXT: a: 2
// CHECK:      exit 0
// CHECK-NEXT: a: 1
// CHECK-NEXT: serving
#include "serve.h"

__attribute__((used)) int called_by_assembly(void) {
#ifdef V2
  return 2;
#else
  return 1;
#endif
}

static NOINLINE int call(void) {
  int result;
  __asm__ volatile(
      "subq $136, %%rsp\n\tcall called_by_assembly\n\taddq $136, %%rsp"
      : "=a"(result)
      :
      : "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11", "memory", "cc");
  return result;
}

void answer(const char *line) { say("%d", call()); }

int main(void) { return serve(); }
