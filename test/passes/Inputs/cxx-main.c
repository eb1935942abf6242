#include <stdio.h>
int from_cxx(int);
__attribute__((noinline)) int to_c(int x) {
  __asm__ volatile(""); /* not guarded: called through its slot */
  return x * 2;
}
int main(void) {
  printf("%d\n", from_cxx(21));
  return 0;
}
