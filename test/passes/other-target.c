// Other targets are refused by name.
//
// RUN: not %dsu-clang --target=x86_64-pc-windows-msvc -S %s -o %t.s 2>&1 | FileCheck %s
// RUN: not %dsu-clang -mx32 -S %s -o %t.s 2>&1 | FileCheck %s
// CHECK: error: DSU: target {{.*}} is not supported; use x86_64-linux-gnu
// CHECK-NOT: Stack dump
int f(void) { return 1; }
