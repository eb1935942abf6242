// Two versions that pair taking and giving differently: the old one counts up and
// down by one, the new one by two.  A job that takes by one version and gives by
// the other leaves the count off.
#include <stdio.h>
#include <stdlib.h>

#ifdef NEW
#define UNIT 2
#else
#define UNIT 1
#endif

static int held;
static long done;

__attribute__((noinline)) static void work(int n) {
  for (int i = 0; i < n; i++)
    done += i;
}

__attribute__((noinline)) static void take(void) { held += UNIT; }
__attribute__((noinline)) static void give(void) { held -= UNIT; }

__attribute__((noinline)) static void job(int n) {
  take();
  work(n);
#ifdef NEW
  work(0);
#endif
  give();
}

int main(void) {
  for (int i = 0; i < 5; i++) {
    job(i);
    if (held != 0) {
      printf("job %d: %d held\n", i, held);
      return 1;
    }
  }
  puts("right");
  return 0;
}
