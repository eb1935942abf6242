// Every frame of a recursion takes on the way in and gives on the way out; two
// functions call each other, and the innermost one looks at what all have
// taken.
#include "pass.h"

static int held;
static int odd(int n, int depth);

NOINLINE static int even(int n, int depth) {
  held += UNIT;
  if (n == 0)
    check(held, UNIT * (depth + 1), "held in even");
  place();
  int answer = n == 0 ? 1 : odd(n - 1, depth + 1);
  held -= UNIT;
  return answer;
}

NOINLINE static int odd(int n, int depth) {
  held += UNIT;
  if (n == 0)
    check(held, UNIT * (depth + 1), "held in odd");
  int answer = n == 0 ? 0 : even(n - 1, depth + 1);
  held -= UNIT;
  return answer;
}

int main(void) {
  for (int i = 0; i < 7; i++) {
    check(even(i, 0), i % 2 == 0, "even");
    check(held, 0, "held");
  }
  return 0;
}
