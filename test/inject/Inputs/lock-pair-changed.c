// The same when the function between them changes as well, after its last call:
// that its frame could run out must not let old taking meet new giving.
#include "pass.h"

static int held;

NOINLINE static void take(void) { held += UNIT; }
NOINLINE static void give(void) { held -= UNIT; }

NOINLINE static void job(void) {
  take();
#ifdef NEW
  place();
#endif
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
