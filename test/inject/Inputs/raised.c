// The same by raise: the handler runs above frames of libc, on a stack of its
// own.
#include "pass.h"

#include <signal.h>
#include <string.h>

static int read_back;

NOINLINE static void on_signal(int number) {
  (void)number;
  place();
  read_back = decode();
}

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  raise(SIGUSR1);
  cell = -UNIT;
  return read_back;
}

int main(void) {
  static char other_stack[65536];
  stack_t stack = {.ss_sp = other_stack, .ss_size = sizeof other_stack};
  sigaltstack(&stack, NULL);
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_signal;
  action.sa_flags = SA_ONSTACK;
  sigfillset(&action.sa_mask);
  sigaction(SIGUSR1, &action, NULL);
  for (int i = 1; i <= 4; i++)
    check(pass(i), i, "pass");
  return 0;
}
