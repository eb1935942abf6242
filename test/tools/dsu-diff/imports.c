// What a patch shares with the program is named by undefined weak symbols, and the
// linked patch asks for them only by relocations that the runtime applies. What
// the old program does not even declare is left to the dynamic linker.
//
// RUN: %versions && %diff -o %t.so
// RUN: llvm-readelf --relocs --dyn-symbols --dynamic-table %t.so | FileCheck %s
// RUN: tail -c 41 %t.so | head -c 9 | FileCheck --check-prefix=TRAILER %s
//
// CHECK-NOT: R_X86_64_JUMP_SLOT {{.*}}dsu.
// CHECK-DAG: R_X86_64_TPOFF64 {{.*}}dsu.tls:{{.*}}imports.c;own
// CHECK-DAG: R_X86_64_GLOB_DAT {{.*}}dsu.data:state
// CHECK-DAG: R_X86_64_GLOB_DAT {{.*}}dsu.data:{{.*}}imports.c;fixed
// CHECK-DAG: R_X86_64_GLOB_DAT {{.*}}dsu.slot:{{.*}}imports.c;helper
// CHECK-DAG: R_X86_64_{{GLOB_DAT|64}} {{.*}}dsu.addr:taken
// CHECK-DAG: R_X86_64_GLOB_DAT {{.*}}dsu.ext:puts
// CHECK-DAG: R_X86_64_GLOB_DAT {{.*}}toupper
// TRAILER: DSUSHA256
#include <ctype.h>
#include <stdio.h>
int state;
static __thread int own;
static const int fixed[] = {1, 2, 3, 4, 5, 6, 7, 8};
__attribute__((noinline)) static int helper(int x) { return state += x; }
__attribute__((noinline)) int taken(int x) { return x; }
int (*hook)(int) = taken;
__attribute__((noinline)) int use(int x) {
  puts("use");
#ifdef NEW
  hook = x > 3 ? taken : 0;
  x = (toupper)(x);
#endif
  return helper(x) + state + fixed[x & 7] + own++;
}
int main(int argc, char **argv) { return use(argc) + hook(argc) + fixed[argc]; }
