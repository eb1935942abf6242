// The captured unit never gets into a program: the link by the plugin takes it
// out, and a linker that knows nothing of DSU drops the section.
//
// RUN: %dsu-lto -O2 -c %s -o %t.o
// RUN: %dsu-lto %t.o -o %t && llvm-readelf -S %t | FileCheck %s
// RUN: %lto %t.o -o %t && llvm-readelf -S %t | FileCheck %s
// RUN: %t
// CHECK-NOT: .dsu.unit
int main(void) { return 0; }
