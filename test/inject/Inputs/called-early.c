// A moment is asked for before the runtime's constructor has run: there is no
// handler of its signal yet, which would end the program.
#include "pass.h"

#include <signal.h>

/* After that of the harness, whose library is initialized first. */
__attribute__((constructor(100))) static void call_early(void) {
  raise(SIGRTMAX - 5); /* INJECT_SIGNAL_FROM_MAX */
}

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  place();
  return decode();
}

int main(void) {
  for (int i = 1; i <= 4; i++)
    check(pass(i), i, "pass");
  puts("right");
  return 0;
}
