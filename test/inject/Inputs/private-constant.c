// An array in a function of which some rows are constant: clang copies such a
// row from a private constant, whose address nobody can compare.  The patch
// brings its own copy.
#include <stdio.h>

static int numbers[3];
static int total;

__attribute__((noinline)) static int first(int n, int *some) {
  int *rows[2][9] = {{&numbers[1], &numbers[2], &numbers[1], &numbers[0],
                      &numbers[1], &numbers[1], &numbers[2], &numbers[0],
                      &numbers[1]},
                     {some}};
#ifdef NEW
  total += 3;
#endif
  return (int)(rows[0][n % 9] - numbers);
}

int main(void) {
  int sum = total;
  for (int i = 0; i < 3; i++)
    sum += first(i, &sum);
  printf("%d\n", sum);
  return 0;
}
