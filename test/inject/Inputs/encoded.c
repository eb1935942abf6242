// Between storing and reading, pass() is on the stack.  Its remaining code
// differs in the last store, so that no call site of it may stay.
#include "pass.h"

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  place();
  int got = decode();
  cell = -UNIT;
  return got;
}

int main(void) {
  for (int i = 1; i <= 5; i++)
    check(pass(i), i, "pass");
  return 0;
}
