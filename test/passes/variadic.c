// A variadic function keeps its arguments behind slot and wrapper, floating
// point ones (whose number is in %al) included.
//
// RUN: %same-as-plain %s
#include <stdarg.h>
#include <stdio.h>

__attribute__((noinline)) double sum(const char *kinds, ...) {
  va_list list;
  double result = 0;
  va_start(list, kinds);
  for (; *kinds; kinds++)
    result += *kinds == 'd' ? va_arg(list, double) : va_arg(list, int);
  va_end(list);
  return result;
}

int main(void) {
  double (*volatile stored)(const char *, ...) = sum;
  printf("%g\n", sum("didididididid", 1.5, 2, 3.5, 4, 5.5, 6, 7.5, 8, 9.5, 10,
                     11.5, 12, 13.5));
  printf("%g\n", stored("dididididididid", 1.5, 2, 3.5, 4, 5.5, 6, 7.5, 8, 9.5,
                        10, 11.5, 12, 13.5, 14, 15.5));
  return 0;
}
