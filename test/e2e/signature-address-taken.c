// The signature of a function whose address is taken changes: a stored pointer
// would call it by the old one, so there is no patch.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: not dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so > %t.report
// RUN: FileCheck %s < %t.report
// RUN: test ! -e %t.so
//
// CHECK: signature-address-taken.c:[[#]]: the signature of '{{.*}};value' changes from int (int) to int (int, int), and its address is known to others
// CHECK-NEXT: => keep the signature and add a new function, or restart
#include "serve.h"

#ifdef V2
static int value(int x, int y) { return x + y; }
#define ARGUMENTS(X) X, 2
#else
static int value(int x) { return x + 1; }
#define ARGUMENTS(X) X
#endif

void *volatile stored = (void *)value;

void answer(const char *line) {
  say("%d", ((__typeof__(&value))stored)(ARGUMENTS(atoi(line))));
}

int main(void) { return serve(); }
