// Functions keep the alignment that the program asks for: low bits of their
// addresses may mean something to it.  What stands before the entry of a function
// that is redirected would take it out of more than 16, so others have a wrapper.
//
// RUN: %same-as-plain %s
// RUN: %dsu-lto -O2 %s -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t | FileCheck %s
//
// CHECK:      {{0 <small>:}}
// CHECK-NOT:  jmpq
// CHECK:      retq
// CHECK:      <strict>:
// CHECK-NEXT: jmpq *{{.*}}<__dsu_slots
// CHECK:      <stricter>:
// CHECK-NEXT: jmpq *{{.*}}<__dsu_slots
#include <stdint.h>
#include <stdio.h>

#define ALIGNED(N) __attribute__((noinline, aligned(N)))

ALIGNED(16) int small(int x) { return x + 2; }
ALIGNED(64) int strict(int x) { return x + 1; }
ALIGNED(4096) int stricter(int x) { return x - 1; }

static int (*volatile const functions[])(int) = {strict, stricter, small};

int main(void) {
  printf("%d %d %d\n", (int)((uintptr_t)functions[0] % 64),
         (int)((uintptr_t)functions[1] % 4096),
         (int)((uintptr_t)functions[2] % 16));
  printf("%d %d %d\n", functions[0](3), functions[1](3), functions[2](3));
  return 0;
}
