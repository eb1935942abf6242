// Two changed functions that belong together around unchanged ones: none of
// them is on the stack between taking and giving.  The frame of what calls both
// forbids the update.
#include "pass.h"

static int held;

NOINLINE static void take(void) { held += UNIT; }
NOINLINE static void give(void) { held -= UNIT; }

NOINLINE static void job(void) {
  take();
  place();
  give();
}

int main(void) {
  for (int i = 0; i < 5; i++) {
    job();
    check(held, 0, "held");
  }
  return 0;
}
