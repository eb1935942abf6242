// New code calls functions of libc that v1 never called, uses its variables, and
// passes a function of its own to them.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 3' 'apply %t.so' 'ask 3' 'revert' 'ask 3' | FileCheck %s
//
// CHECK:      3: 3
// CHECK:      exit 0
// CHECK-NEXT: 3: found 30 at 2, name new-library
// CHECK:      exit 0
// CHECK-NEXT: 3: 3
// CHECK-NEXT: serving
#include "serve.h"
#include <errno.h>
#include <search.h>

#ifdef V2
static int is_equal(const void *a, const void *b) {
  return *(const int *)a != *(const int *)b;
}

static NOINLINE void find(int x) {
  static int list[] = {10, 20, 30, 40};
  size_t count = 4;
  int key = 10 * x;
  int *found = lfind(&key, list, &count, sizeof(int), is_equal);
  say("found %d at %d, name %.11s", *found, (int)(found - list),
      program_invocation_short_name);
}
#endif

void answer(const char *line) {
#ifdef V2
  find(atoi(line));
#else
  say("%d", atoi(line));
#endif
}

int main(void) { return serve(); }
