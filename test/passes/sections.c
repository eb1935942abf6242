// A function with a section attribute has its symbol and its body there, be they
// one or two; hidden ones are not exported.
//
// RUN: %same-as-plain %s
// RUN: %dsu-lto -O2 -rdynamic %s -o %t
// RUN: llvm-readelf --sections --symbols %t | FileCheck %s
// CHECK: [[#%u,INDEX:]]] special_text
// CHECK-DAG: FUNC {{.*}} [[#INDEX]] placed{{$}}
// CHECK-DAG: FUNC {{.*}} [[#INDEX]] placed_64{{$}}
// CHECK-DAG: FUNC {{.*}} [[#INDEX]] placed_64.dsu{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} concealed{{$}}
#include <stdio.h>

__attribute__((section("special_text"), noinline)) int placed(int x) {
  return x + 1;
}
/* What is aligned so is called through its slot. */
__attribute__((section("special_text"), noinline, aligned(64))) int
placed_64(int x) {
  return x + 3;
}
__attribute__((visibility("hidden"), noinline)) int concealed(int x) {
  return x + 2;
}
int (*volatile pointers[])(int) = {placed, concealed, placed_64};

int main(void) {
  printf("%d %d %d\n", placed(1) + pointers[0](2),
         concealed(3) + pointers[1](4), placed_64(5) + pointers[2](6));
  return 0;
}
