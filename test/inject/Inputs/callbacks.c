// qsort calls back: the order must be one version's from the first comparison
// to the last.  Between the two changed functions there is a frame of libc.
#include "pass.h"

enum { COUNT = 9 };
#define SIGN (UNIT == 1 ? 1 : -1)

static int compared;

NOINLINE static int compare(const void *a, const void *b) {
  int left = *(const int *)a, right = *(const int *)b;
  compared++;
  place();
  return (left > right) - (left < right) == 0 ? 0
                                              : (left > right ? SIGN : -SIGN);
}

NOINLINE static int sort(unsigned seed) {
  int numbers[COUNT];
  for (int i = 0; i < COUNT; i++)
    numbers[i] = (int)((seed = seed * 1103515245 + 12345) >> 20 & 63);
  qsort(numbers, COUNT, sizeof *numbers, compare);
  int wrong = 0;
  for (int i = 1; i < COUNT; i++)
    wrong += (numbers[i] - numbers[i - 1]) * SIGN < 0;
  return wrong;
}

int main(void) {
  for (unsigned i = 0; i < 4; i++)
    check(sort(i), 0, "pairs out of order");
  return compared > 0 ? 0 : 1;
}
