// Guarded functions are what they were, whether called directly, by a pointer,
// from a table or by a tail call; and their guard is in front of them.
//
// RUN: %same-as-plain %s
// RUN: %dsu-lto -O2 %s -o %t
// RUN: llvm-objdump -d --no-show-raw-insn %t | FileCheck %s
//
// CHECK:      jmpq *{{.*}}<__dsu_slots+
// CHECK-NEXT: int3
// CHECK-NEXT: int3
// CHECK:      <twice>:
// CHECK-NEXT: testb $0x1, {{.*}}(%rip) {{.*}}<__dsu_slots+
// CHECK-NEXT: je
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

int main(void) {
  int values[] = {5, 3, 9, 1};
  qsort(values, 4, sizeof *values, compare);
  struct point p = turn((struct point){1, 2});
  printf("%ld %ld %ld\n", twice(4), table[values[0] == 3](7), tail(2));
  printf("%ld %ld\n", (long)apart % 64, apart(2));
  printf("%d %d %g %g %g\n", values[0], values[3], p.x, p.y,
         many(1, 2.5, 3, 4.5f, 'e', 6, 7, 8));
  return 0;
}
