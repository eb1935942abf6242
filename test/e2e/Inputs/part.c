// A library in two versions, for static-archive.c and shared-library.c.
#include <stdio.h>

static int calls;

static __attribute__((noinline)) int value(int x) {
#ifdef V2
  return 3 * x;
#else
  return x + 1;
#endif
}

void part_answer(char *text, size_t size, int x) {
  ++calls;
  snprintf(text, size, "part %d of %d", value(x), calls);
}
