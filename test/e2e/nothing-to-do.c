// Two builds of one source differ in nothing: exit status 1, and no patch; so do
// two that differ only in comments and in lines that assertions carry.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc %s -o %t.2
// RUN: rm -f %t.so && %exits 1 dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s
// RUN: test ! -e %t.so
// RUN: mkdir -p %t.d && sed 's,^static int limit,// A comment.\n\n&,' %s > %t.d/v.c && cp %s %t.v1.c && cp %t.d/v.c %t.v2.c
// RUN: %dsu-cc --dsu-root=%t.d %t.d/v.c -o %t.3 && cp %s %t.d/v.c && %dsu-cc --dsu-root=%t.d %t.d/v.c -o %t.4
// RUN: %exits 1 dsu-diff %t.3.dsu.bc %t.4.dsu.bc -o %t.so | FileCheck %s
//
// CHECK: nothing to do
#include "serve.h"
#include <assert.h>

static int limit = 3;

void answer(const char *line) {
  assert(limit > 0);
  say("%d", limit);
}

int main(void) { return serve(); }
