// The function on the stack has changed, but not what it will still run: it may
// stay by its call site.  What it has stored before, in its old form, the
// changed function that it calls afterwards would misread.
#include "pass.h"

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  place();
  return decode();
}

int main(void) {
  for (int i = 1; i <= 5; i++)
    check(pass(i), i, "pass");
  return 0;
}
