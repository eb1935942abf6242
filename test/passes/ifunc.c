// An ifunc's resolver runs while the dynamic linker relocates, perhaps before the
// slots: it is left alone, what it selects is updatable.  (Linkers of LLVM 19
// crash on an ifunc in bitcode, with and without DSU, so there is no LTO here.)
//
// RUN: %dsu-clang -O0 %s -o %t && %t | FileCheck %s --check-prefix=OUTPUT
// RUN: %dsu-clang -O2 %s -o %t && %t | FileCheck %s --check-prefix=OUTPUT
// RUN: llvm-objdump -d %t > %t.dis
// RUN: grep -B 4 "<implementation>:" %t.dis | grep __dsu_slots
// RUN: grep -B 4 "<resolve>:" %t.dis | not grep __dsu_slots
// RUN: env "DSU_OPTIONS=through-slots=*" %dsu-clang -O2 %s -o %t
// RUN: %t | FileCheck %s --check-prefix=OUTPUT
// RUN: llvm-nm %t | FileCheck %s
// OUTPUT: 3 6
// CHECK-NOT: resolve.dsu
// CHECK: implementation.dsu
// CHECK-NOT: resolve.dsu
// CHECK: t resolve
// CHECK-NOT: resolve.dsu
#include <stdio.h>

extern char **environ;
__attribute__((noinline)) static int implementation(int x) { return x * 3; }
static int (*resolve(void))(int) {
  return (long)&environ == 1 ? 0 : implementation;
}
int chosen(int) __attribute__((ifunc("resolve")));

int main(void) {
  int (*volatile pointer)(int) = chosen;
  printf("%d %d\n", chosen(1), pointer(2));
  return 0;
}
