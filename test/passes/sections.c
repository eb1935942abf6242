// A function with a section attribute has its symbol and its body there; hidden
// ones are not exported.
//
// RUN: %same-as-plain %s
// RUN: %dsu-lto -O2 -rdynamic %s -o %t
// RUN: llvm-readelf --sections --symbols %t | FileCheck %s
// CHECK: [[#%u,INDEX:]]] special_text
// CHECK-DAG: FUNC {{.*}} [[#INDEX]] placed{{$}}
// CHECK-DAG: FUNC {{.*}} [[#INDEX]] placed.dsu{{$}}
// CHECK-DAG: FUNC LOCAL {{.*}} concealed{{$}}
#include <stdio.h>

__attribute__((section("special_text"), noinline)) int placed(int x) {
  __asm__ volatile(""); /* or it would be guarded, and have no second body */
  return x + 1;
}
__attribute__((visibility("hidden"), noinline)) int concealed(int x) {
  return x + 2;
}
int (*volatile pointers[])(int) = {placed, concealed};

int main(void) {
  printf("%d %d\n", placed(1) + pointers[0](2), concealed(3) + pointers[1](4));
  return 0;
}
