// --dsu-exclude-function leaves functions alone by their names: one such is called
// directly by new code, where it always was.
//
// RUN: %dsu-cc --dsu-exclude-function='plain_*' %s -o %t.1
// RUN: %dsu-cc --dsu-exclude-function='plain_*' -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
// RUN: %dsu-cc --dsu-exclude-function='value' %s -o %t.3
// RUN: %dsu-cc --dsu-exclude-function='value' -DV2 %s -o %t.4
// RUN: not dsu-diff %t.3.dsu.bc %t.4.dsu.bc -o %t.34.so > %t.report
// RUN: FileCheck %s --check-prefix=REFUSED < %t.report
//
// CHECK:      5: 6
// CHECK:      exit 0
// CHECK-NEXT: 5: 50
// CHECK:      exit 0
// CHECK-NEXT: 5: 6
// CHECK-NEXT: serving
//
// REFUSED: {{decision|cannot be applied live}}
// REFUSED: value
#include "serve.h"

static NOINLINE int plain_increment(int x) { return x + 1; }
static NOINLINE int plain_ten(int x) { return x * 10; }

static NOINLINE int value(int x) {
#ifdef V2
  return plain_ten(x);
#else
  return plain_increment(x);
#endif
}

void answer(const char *line) {
  if (line[0] == 'p')
    say("%d", plain_ten(1) + plain_increment(1));
  else
    say("%d", value(atoi(line)));
}

int main(void) { return serve(); }
