// A handler that interrupts a changed function in the middle of its own code,
// not at a call: reading a page that cannot be read.  What it calls are points
// at which the interrupted function must be seen, as it is, under the signal's
// frame.
#include "pass.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>

static volatile int *page;
static int faults;

NOINLINE static void on_fault(int number) {
  (void)number;
  faults++;
  place();
  mprotect((void *)page, 4096, PROT_READ | PROT_WRITE);
  place();
}

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  value += *page; // the handler runs here
  int got = decode();
  cell = -UNIT;
  return got + value - value;
}

int main(void) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_fault;
  sigaction(SIGSEGV, &action, NULL);
  page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  for (int i = 1; i <= 4; i++) {
    mprotect((void *)page, 4096, PROT_NONE);
    check(pass(i), i, "pass");
  }
  check(faults, 4, "faults");
  return 0;
}
