// A named constant that both versions have is one object: its address, which the
// program may compare, is the same in old and new code.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask store' 'apply %t.so' 'ask compare' 'revert' 'ask compare' | FileCheck %s
//
// CHECK:      store: v1 same
// CHECK:      exit 0
// CHECK-NEXT: compare: v2 same
// CHECK:      exit 0
// CHECK-NEXT: compare: v1 same
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define VERSION 2
#else
#define VERSION 1
#endif

static const int marker[] = {1, 2, 3};
static const int *volatile stored;

static NOINLINE int same(void) { return stored == marker; }

void answer(const char *line) {
  if (line[0] == 's')
    stored = marker;
  say("v%d %s", VERSION, same() ? "same" : "different");
}

int main(void) { return serve(); }
