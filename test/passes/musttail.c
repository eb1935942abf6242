// Guaranteed tail calls stay tail calls: a million of them need no stack.
//
// RUN: %same-as-plain %s
#include <stdio.h>

__attribute__((noinline)) static long odd(long n, long sum);
__attribute__((noinline)) static long even(long n, long sum) {
  if (n == 0)
    return sum;
  __attribute__((musttail)) return odd(n - 1, sum + 1);
}
__attribute__((noinline)) static long odd(long n, long sum) {
  __attribute__((musttail)) return even(n - 1, sum + 2);
}

int main(void) {
  printf("%ld\n", even(1000000, 0));
  return 0;
}
