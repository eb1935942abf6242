// main changed inside its loop: its frame would go on with the old code for ever,
// so the update is refused.  The opposite of main-before-loop.c.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply --timeout=200ms %t.so' 'ask 5' | FileCheck %s
//
// CHECK:      5: 6
// CHECK:      a function that the patch changes is on a stack: {{.*}}: main in frame
// CHECK:      exit 4
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
#include "serve.h"

static int limit;
static char line[64];

void answer(const char *text) { say("%d", atoi(text) + limit); }

int main(void) {
  while (serve_line(line, sizeof(line))) {
    limit = 1;
#ifdef V2
    limit = 5;
#endif
    if (strcmp(line, "hello") == 0)
      say("hello");
    else
      answer(line);
  }
  return 0;
}
