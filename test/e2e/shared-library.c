// A shared library built by dsu-cc is updated inside a running program, by a patch
// made from the library's own program files.  The program is an image of its own.
//
// RUN: mkdir -p %t.d.1 %t.d.2
// RUN: %dsu-cc -fPIC -shared %inputs/part.c -o %t.d.1/libpart.so
// RUN: %dsu-cc -fPIC -shared -DV2 %inputs/part.c -o %t.d.2/libpart.so
// RUN: %dsu-cc %s %t.d.1/libpart.so -Wl,-rpath,%t.d.1 -o %t.1
// RUN: dsu-diff %t.d.1/libpart.so.dsu.bc %t.d.2/libpart.so.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'status' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: part 6 of 1
// CHECK:      exit 0
// CHECK-NEXT: 5: part 15 of 2
// CHECK-DAG:  image shared-library.c.tmp.1:
// CHECK-DAG:  image libpart.so:
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: 5: part 6 of 3
// CHECK-NEXT: serving
#include "serve.h"

void part_answer(char *text, size_t size, int x);

void answer(const char *line) {
  char text[64];
  part_answer(text, sizeof(text), atoi(line));
  say("%s", text);
}

int main(void) { return serve(); }
