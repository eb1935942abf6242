// Linking an executable uses lld with the plugin, puts the runtime in, exports
// what the runtime stands in front of, keeps the stack walker private, and
// leaves the program file beside the output.
//
// RUN: rm -rf %t && mkdir %t
// RUN: dsu-cc -O2 -c %s -o %t/link.o
// RUN: dsu-cc --dsu-verbose %t/link.o -o %t/link 2>&1 | FileCheck %s
// RUN: %t/link | FileCheck %s --check-prefix=OUTPUT
// RUN: llvm-dis -o %t.ignored %t/link.dsu.bc
// RUN: llvm-nm -D %t/link | FileCheck %s --check-prefix=EXPORTS
// RUN: llvm-readelf -n %t/link | FileCheck %s --check-prefix=NOTE
//
// Compiling and linking at once comes to the same.
// RUN: dsu-cc -O2 %s -o %t/once && %t/once | FileCheck %s --check-prefix=OUTPUT
// RUN: llvm-dis -o %t.ignored %t/once.dsu.bc
// RUN: llvm-nm -D %t/once | FileCheck %s --check-prefix=EXPORTS
//
// CHECK: dsu-cc: DSU_PROGRAM_OUT={{.*}}/link.dsu.bc
// CHECK: "-fuse-ld=lld"
// CHECK-SAME: "--load-pass-plugin={{.*}}/DSUPass.so"
// CHECK-SAME: "--whole-archive" "-Xlinker" "{{.*}}/libdsu_rt.a" "-Xlinker" "--no-whole-archive"
// OUTPUT: hello
// EXPORTS-NOT: unw_
// EXPORTS: T __dsu_register_image
// EXPORTS-NOT: unw_
// EXPORTS: W epoll_wait
// EXPORTS-NOT: unw_
// NOTE: DSU
#include <stdio.h>
int main(void) {
  puts("hello");
  return 0;
}
