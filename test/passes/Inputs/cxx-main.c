#include <stdio.h>
int from_cxx(int);
__attribute__((noinline)) int to_c(int x) { return x * 2; }
int main(void) {
  printf("%d\n", from_cxx(21));
  return 0;
}
