// Functions that are redirected at their entry are what they were, whether called
// directly, by a pointer, from a table or by a tail call.  Before the entry is the
// jump through the slot; the first instruction of a function that never leaves has
// two bytes at least, so that no loop begins in those that are replaced.
//
// RUN: %same-as-plain %s
// RUN: %dsu-lto -O2 %s -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t | grep -B 4 -A 2 "<twice>:" \
// RUN:   | FileCheck %s
// CHECK:      {{8:}} {{.*}}jmpq *{{.*}}<__dsu_slots
// CHECK-NEXT: int3
// CHECK-NEXT: int3
// CHECK-EMPTY:
// CHECK-NEXT: {{0 <twice>:}}
// CHECK-NEXT: leaq
// CHECK-NEXT: retq
//
// Direct calls lead there, not through a slot.
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=tail %t \
// RUN:   | FileCheck %s --check-prefix=TAIL
// TAIL:       {{0 <tail>:}}
// TAIL-NOT:   __dsu_slots
// TAIL:       jmp {{.*}}<twice>
//
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=pushes %t \
// RUN:   | FileCheck %s --check-prefix=PUSHES
// PUSHES:      {{0 <pushes>:}}
// PUSHES-NEXT: {{nop|xchgw %ax, %ax}}
// PUSHES-NEXT: {{2:}} {{.*}}pushq
// PUSHES-NOT:  __dsu_slots
// PUSHES:      callq {{.*}}<twice>
//
// RUN: %dsu-lto -O0 %s -o %t.O0
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=twice %t.O0 \
// RUN:   | FileCheck %s --check-prefix=O0
// O0:          {{0 <twice>:}}
// O0-NEXT:     {{0:}} {{.*}}pushq %rbp
//
// Without DSU it is that push.
// RUN: %lto -O2 -g %s -o %t.plain
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=pushes %t.plain \
// RUN:   | FileCheck %s --check-prefix=PLAIN
// PLAIN:      <pushes>:
// PLAIN-NEXT: pushq
#include <stdio.h>
#include <stdlib.h>

#define NOINLINE __attribute__((noinline))

struct point {
  double x, y;
};

static NOINLINE long twice(long x) { return x * 2 + 1; }
static NOINLINE __attribute__((aligned(64))) long aligned(long x) {
  return x * 3;
}
static NOINLINE struct point turn(struct point p) {
  return (struct point){-p.y, p.x};
}
static NOINLINE int compare(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  return (left > right) - (left < right);
}
static NOINLINE double many(int a, double b, long c, float d, char e, long f,
                            long g, long h) {
  return a + b * (double)c - d + e * (double)(f ^ g ^ h);
}
static long (*const table[])(long) = {twice, labs};
static long (*volatile const apart)(long) = aligned;
static NOINLINE long tail(long x) { return twice(x + (long)getenv("UNSET")); }
static NOINLINE __attribute__((annotate("dsu:lifelong"))) long pushes(long x) {
  return twice(x) + x;
}

int main(void) {
  int values[] = {5, 3, 9, 1};
  qsort(values, 4, sizeof *values, compare);
  struct point p = turn((struct point){1, 2});
  printf("%ld %ld %ld %ld\n", twice(4), table[values[0] == 3](7), tail(2),
         pushes(3));
  printf("%ld %ld\n", (long)apart % 64, apart(2));
  printf("%d %d %g %g %g\n", values[0], values[3], p.x, p.y,
         many(1, 2.5, 3, 4.5f, 'e', 6, 7, 8));
  return 0;
}
