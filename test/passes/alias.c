// Aliases, weak ones too, are other names of the wrapper: they compare equal to
// the function and reach it.
//
// RUN: %same-as-plain %s
#include <stdio.h>

__attribute__((noinline)) int original(int x) { return x + 1; }
int other(int) __attribute__((alias("original")));
int weak_other(int) __attribute__((weak, alias("original")));
static int hidden_other(int) __attribute__((alias("original")));

int main(void) {
  int (*volatile pointer)(int) = other;
  printf("%d %d %d %d\n", other(1), weak_other(2), hidden_other(3), pointer(4));
  printf("%d\n", pointer == original);
  return 0;
}
