// A tail call with many arguments: the compiler loads the slot into a register,
// puts the stack back, and jumps.  A thread that is stopped between the two has
// no frame of the callee, and will run its old body all the same.
#include "pass.h"

NOINLINE static int pass(int value, int b, int c, int d, int e, int f) {
  cell = value * UNIT;
  place();
  int got = decode() + b + c + d + e + f;
  cell = -UNIT;
  return got;
}

NOINLINE static int choose(int value, int b, int c, int d, int e, int f) {
  place();
  return pass(value, b - places, c, d + 1, e - 1, f + places);
}

int main(void) {
  volatile int zero = 0;
  for (int i = 1; i <= 6; i++)
    check(choose(i, zero, zero, zero, zero, zero), i, "choose");
  return 0;
}
