// An object behind a void pointer, of a type that has no name and is written where a
// local variable is declared: its layout is known by that variable.
//
// RUN: dsu-cc -O2 -g %s -o %t.old && dsu-cc -O2 -g -DLONGER %s -o %t.new
// RUN: not dsu-diff %t.old.dsu.bc %t.new.dsu.bc | FileCheck --check-prefix=LONGER %s
// RUN: dsu-diff '--accept-type=unnamed type of kept' %t.old.dsu.bc %t.new.dsu.bc | FileCheck --check-prefix=ACCEPTED %s
// RUN: dsu-cc -O2 -g -DON_STACK %s -o %t.new
// RUN: dsu-diff %t.old.dsu.bc %t.new.dsu.bc | FileCheck --check-prefix=STACK %s
//
// LONGER: cannot be applied live
// LONGER: the layout of 'unnamed type of kept' changes: field 'b' (int) added at offset 4, line [[@LINE+12]]; field 'c' moved from offset 4 to 8; size changed from 8 to 12 bytes
// ACCEPTED: can be applied live
// STACK: can be applied live
#include <stdio.h>
#include <stdlib.h>

static void *object;

__attribute__((noinline)) static void step(void) {
  struct {
    int a;
#ifdef LONGER
    int b;
#endif
    int c;
  } *kept = object;
  struct {
    int a;
#ifdef ON_STACK
    int b;
#endif
    int c;
  } local = {0};
  if (!kept)
    kept = object = calloc(1, sizeof(*kept));
  local.c = ++kept->c;
  printf("%d %zu\n", local.c, sizeof(local));
}

int main(void) {
  for (;;)
    step();
}
