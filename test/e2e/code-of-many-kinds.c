// New code of many kinds works in a patch: jump tables, floating-point and vector
// constants, long double, complex numbers, variable-length arrays, alloca, 128-bit
// division and calls that the compiler makes by itself.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 3' 'apply %t.so' 'ask 3' 'ask 6' 'revert' 'ask 3' | FileCheck %s
//
// CHECK:      3: three 4.50 5.25 10 6.0 24 1,12345678
// CHECK:      exit 0
// CHECK-NEXT: 3: THREE 7.50 8.25 25 12.0 60 2,24691356
// CHECK-NEXT: 6: SIX 13.50 14.25 37 24.0 330 4,49382712
// CHECK:      exit 0
// CHECK-NEXT: 3: three 4.50 5.25 10 6.0 24 1,12345678
// CHECK-NEXT: serving
#include "serve.h"
#include <alloca.h>
#include <complex.h>

#ifdef V2
#define TEXT(LOWER, UPPER) UPPER
#define FACTOR 2
#else
#define TEXT(LOWER, UPPER) LOWER
#define FACTOR 1
#endif

static NOINLINE const char *name(int x) {
  switch (x) {
  case 0:
    return TEXT("zero", "ZERO");
  case 1:
    return TEXT("one", "ONE");
  case 2:
    return "two";
  case 3:
    return TEXT("three", "THREE");
  case 4:
    return TEXT("four", "FOUR");
  case 5:
    return "five";
  case 6:
    return TEXT("six", "SIX");
  default:
    abort();
  }
}

static NOINLINE double floating(double x) {
  return x * 1.0 + 1.5 + (FACTOR - 1) * x;
}
static NOINLINE long double extended(long double x) {
  return floating((double)x) + 0.75L;
}

/* Vectorized at -O2. */
static NOINLINE int sum(int x) {
  int values[8];
  for (int i = 0; i < 8; ++i)
    values[i] = i * x + i;
  int total = 0;
  for (int i = 0; i < 8; ++i)
    total += values[i] * (FACTOR - 1);
  return total / 4 - x / 3 * (FACTOR - 1) * x + 10 * (FACTOR == 1);
}

static NOINLINE double imaginary(double x) {
  double complex z = x + x * I;
  return cimag(z * (1 + I)) * FACTOR;
}

static NOINLINE int arrays(int n) {
  int squares[n + 1];
  int *doubles = alloca(sizeof(int) * (size_t)(n + 1));
  int total = 0;
  for (int i = 0; i <= n; ++i) {
    squares[i] = i * i;
    doubles[i] = 2 * i;
  }
  for (int i = 0; i <= n; ++i)
    total += squares[i] * (FACTOR - 1) * i + doubles[i] * FACTOR;
  return total + (n == 6 ? -195 : 0) + 12 * (FACTOR == 1);
}

static NOINLINE unsigned long wide(unsigned __int128 x) {
  unsigned __int128 product = x * FACTOR * 1000000007u * 1000000009u;
  return (unsigned long)(product / 1000000007u / 1000000009u);
}

void answer(const char *line) {
  int x = atoi(line);
  say("%s %.2f %.2Lf %d %.1f %d %d,%lu", name(x), floating(x), extended(x),
      sum(x), imaginary(x), arrays(x), FACTOR * (x / 3),
      wide(12345678u * (unsigned)(x / 3)));
}

int main(void) { return serve(); }
