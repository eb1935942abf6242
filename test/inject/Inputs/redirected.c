// Functions that belong together, called directly and through a pointer
// that was stored before the update.
#include "pass.h"

NOINLINE static int encode(int value) { return value * UNIT + UNIT; }
NOINLINE static int back(int value) { return (value - UNIT) / UNIT; }

static int (*volatile stored)(int) = encode;

NOINLINE static int depth(int n) {
  return n < 2 ? n * UNIT : depth(n - 1) + depth(n - 2);
}

int main(void) {
  for (int i = 1; i <= 3; i++) {
    int form = stored(i);
    // Another version may have come in between: both forms of it are whole.
    check(form == i + 1 || form == 2 * i + 2, 1, "by pointer");
    form = encode(i);
    check(form == i + 1 || form == 2 * i + 2, 1, "directly");
    int whole = back(form);
    check(whole == i || whole == i * 2 + 1 || whole == (i - 1) / 2, 1, "back");
    check(stored == encode, 1, "the pointer's value");
    int sum = depth(5);
    check(sum == 5 || sum == 10, 1, "no frame of one version called the other");
  }
  return 0;
}
