// A call with so many arguments that some are pushed: the compiler loads the slot
// into a register before.  A thread that is stopped between the two has no
// frame of the callee, and will call the old body all the same.
#include "pass.h"

NOINLINE static int pass(int value, int b, int c, int d, int e, int f,
                         int *g, int h, int i) {
  cell = value * UNIT;
  place();
  int got = decode() + b + c + d + e + f + *g + h + i;
  cell = -UNIT;
  return got;
}

int main(void) {
  volatile int zero = 0;
  for (int i = 1; i <= 5; i++) {
    int g = 0;
    check(pass(i, zero, zero, zero, zero, zero, &g, zero, zero), i, "pass");
  }
  return 0;
}
