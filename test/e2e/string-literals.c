// String literals, shared and new ones, are right in the new code; a pointer to
// one that v1's code stored stays valid.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask a' 'apply %t.so' 'ask a' 'ask b' 'revert' 'ask a' | FileCheck %s
//
// CHECK:      a: one [none]
// CHECK:      exit 0
// CHECK-NEXT: a: two and a new one [one]
// CHECK-NEXT: b: common [two and a new one]
// CHECK:      exit 0
// CHECK-NEXT: a: one [common]
// CHECK-NEXT: serving
#include "serve.h"

static const char *last = "none";

static NOINLINE const char *text(char letter) {
  if (letter == 'b')
    return "common";
#ifdef V2
  return "two and a new one";
#else
  return "one";
#endif
}

void answer(const char *line) {
  const char *now = text(line[0]);
  say("%s [%s]", now, last);
  last = now;
}

int main(void) { return serve(); }
