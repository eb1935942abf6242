// A library (libc's qsort) is calling back the program while the update comes: the
// changed comparison function is on the stack innermost, and blocks; the
// changed caller of qsort blocks through the library's frames, too.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.to2.so
// RUN: dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.to3.so
// RUN: %drive %t.1 'ask sort' 'apply --timeout=100ms %t.to2.so' 'apply --timeout=100ms %t.to3.so' 'ask go' 'apply %t.to2.so' 'ask fast' | FileCheck %s
//
// CHECK:      sort: comparing
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};compare in frame
// CHECK:      exit 4
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};sort in frame
// CHECK:      exit 4
// CHECK-NEXT: go: 1 2 3
// CHECK:      exit 0
// CHECK-NEXT: fast: 3 2 1
// CHECK-NEXT: serving
#include "serve.h"

static int waiting, sorted;
static int values[3];

static int compare(const void *a, const void *b) {
  char line[16];
  if (waiting) {
    waiting = 0;
    say("comparing");
    serve_line(line, sizeof(line));
  }
#ifdef V2
  return *(const int *)b - *(const int *)a;
#else
  return *(const int *)a - *(const int *)b;
#endif
}

static NOINLINE void sort(void) {
  values[0] = 2;
  values[1] = 3;
  values[2] = 1;
  qsort(values, 3, sizeof(int), compare);
#ifdef V3
  ++sorted;
#endif
  ++sorted;
}

void answer(const char *line) {
  waiting = line[0] == 's';
  sort();
  say("%d %d %d", values[0], values[1], values[2]);
}

int main(void) { return serve(); }
