// A removed function whose address v1 took could still be called through a stored
// pointer: that needs the user's decision.  With it the old code stays reachable.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: not dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so > %t.report
// RUN: FileCheck %s --check-prefix=REFUSED < %t.report
// RUN: dsu-diff --keep-removed='%s;removed' %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask set' 'ask call' 'apply %t.so' 'ask call' 'ask set' 'ask call' | FileCheck %s
//
// REFUSED: needs a decision
// REFUSED: removed
// REFUSED: --keep-removed
//
// CHECK:      call: old 3
// CHECK:      exit 0
// CHECK-NEXT: call: old 4
// CHECK-NEXT: set: done
// CHECK-NEXT: call: kept 5
// CHECK-NEXT: serving
#include "serve.h"

static void (*volatile callback)(void);
static int calls = 2;

#ifndef V2
static void removed(void) { say("old %d", ++calls); }
#endif

static void kept(void) { say("kept %d", ++calls); }

void answer(const char *line) {
  if (strcmp(line, "set") == 0) {
#ifdef V2
    callback = kept;
#else
    callback = callback ? kept : removed;
#endif
    say("done");
  } else {
    callback();
  }
}

int main(void) { return serve(); }
