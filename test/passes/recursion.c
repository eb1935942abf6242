// Direct and mutual recursion goes through the slots.
//
// RUN: %same-as-plain %s
#include <stdio.h>

static int odd(unsigned n);
__attribute__((noinline)) static int even(unsigned n) {
  return n == 0 ? 1 : odd(n - 1);
}
__attribute__((noinline)) static int odd(unsigned n) {
  return n == 0 ? 0 : even(n - 1);
}
__attribute__((noinline)) static long fib(int n) {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(void) {
  printf("%d %d %ld\n", even(10), odd(10), fib(15));
  return 0;
}
