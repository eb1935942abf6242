// Structs passed and returned by value, in registers and in memory, survive the
// change of the function that takes them, also through a stable wrapper.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 3' 'apply %t.so' 'ask 3' 'revert' 'ask 3' | FileCheck %s
//
// CHECK:      3: small 4.5 3 big 3 6 9 through pointer 3 6 9
// CHECK:      exit 0
// CHECK-NEXT: 3: small 5.5 6 big 4 8 12 through pointer 4 8 12
// CHECK:      exit 0
// CHECK-NEXT: 3: small 4.5 3 big 3 6 9 through pointer 3 6 9
// CHECK-NEXT: serving
#include "serve.h"

struct small {
  double d;
  int i;
};
struct big {
  long values[12];
};

#ifdef V2
#define MORE 1
#else
#define MORE 0
#endif

static NOINLINE struct small make_small(struct small s, int x) {
  s.d += x + MORE;
  s.i += x * (MORE + 1);
  return s;
}

static NOINLINE struct big make_big(struct big b, int x) {
  for (int i = 0; i < 12; ++i)
    b.values[i] += i * (x + MORE);
  return b;
}

static struct big (*volatile pointer)(struct big, int) = make_big;

void answer(const char *line) {
  int x = atoi(line);
  struct small s = make_small((struct small){1.5, 0}, x);
  struct big b = make_big((struct big){{0}}, x);
  struct big p = pointer((struct big){{0}}, x);
  say("small %.1f %d big %ld %ld %ld through pointer %ld %ld %ld", s.d, s.i,
      b.values[1], b.values[2], b.values[3], p.values[1], p.values[2],
      p.values[3]);
}

int main(void) { return serve(); }
