// Label addresses of a function stay those of its body, whether they are in a
// table of the function or taken by it, when the function gets a wrapper.
//
// RUN: %same-as-plain %s
#include <stdio.h>

__attribute__((noinline)) int interpret(const char *code, int x) {
  static void *const table[] = {&&end, &&add, &&twice};
  goto *table[(int)*code++];
add:
  x += 1;
  goto *table[(int)*code++];
twice:
  x *= 2;
  goto *table[(int)*code++];
end:
  return x;
}

int main(void) {
  int (*volatile pointer)(const char *, int) = interpret;
  printf("%d %d\n", interpret("\1\2\2\1\0", 5), pointer("\2\2\1\0", 3));
  return 0;
}
