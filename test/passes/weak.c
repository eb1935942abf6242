// A weak definition that another file overrides is not called, one that nobody
// overrides is; a weak reference that nobody defines stays null.
//
// RUN: %same-as-plain %s %S/Inputs/strong.c
#include <stdio.h>

__attribute__((weak)) int overridden(void) { return 1; }
__attribute__((weak)) int kept(void) { return 2; }
__attribute__((weak)) int missing(void);

int main(void) {
  int (*volatile pointer)(void) = overridden;
  printf("%d %d %d %d\n", overridden(), pointer(), kept(),
         missing ? missing() : -1);
  return 0;
}
