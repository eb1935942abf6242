// main changed inside its loop: its frame would go on with the old code for ever,
// so no patch is made, and the report says where and what to do.  The opposite of
// main-before-loop.c.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: not dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so > %t.report
// RUN: FileCheck %s < %t.report
//
// CHECK: cannot be applied live; no patch was made
// CHECK: main-in-loop.c:[[#]]: 'main' stays on a stack for its thread's whole life
// CHECK: => {{.*}}put the change into what it calls
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
