// Internal functions and variables of the same name in two files stay apart,
// each with an identity of its own.
//
// RUN: %same-as-plain %s %S/Inputs/same-names-2.c
// RUN: rm -rf %t.dir && mkdir %t.dir && cp %s %t.dir/a.c
// RUN: cp %S/Inputs/same-names-2.c %t.dir/b.c
// RUN: cd %t.dir && %dsu-lto -O2 a.c b.c -o %t && strings %t | FileCheck %s
// CHECK-DAG: {{^}}a.c;step{{$}}
// CHECK-DAG: {{^}}b.c;step{{$}}
// CHECK-DAG: {{^}}a.c;count{{$}}
// CHECK-DAG: {{^}}b.c;count{{$}}
#include <stdio.h>

static int count;
__attribute__((noinline)) static int step(void) { return ++count; }
int other(void);

int main(void) {
  int first = step(), second = step(), third = other();
  printf("%d %d %d %d\n", first, second, third, count);
  return 0;
}
