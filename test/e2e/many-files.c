// A patch over several files at once: a function and a variable shared between them
// change hands, each file's internal ones stay its own.
//
// RUN: %dsu-cc %s %inputs/many-files-2.c -o %t.1 && %dsu-cc -DV2 %s %inputs/many-files-2.c -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: 5 here 1 there 101
// CHECK:      exit 0
// CHECK-NEXT: 5: 500 here 2 there 102
// CHECK:      exit 0
// CHECK-NEXT: 5: 5 here 3 there 103
// CHECK-NEXT: serving
#include "serve.h"

int shared_count;
int scale(int x);
int there(void);

static NOINLINE int here(void) { return ++shared_count; }

void answer(const char *line) {
  int h = here();
  say("%d here %d there %d", scale(atoi(line)), h, there());
}

int main(void) { return serve(); }
