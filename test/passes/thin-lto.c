// ThinLTO is refused by name, not miscompiled.
//
// RUN: not %clang -O2 -flto=thin -fpass-plugin=%plugin -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %clang -O2 -flto -funified-lto -fpass-plugin=%plugin -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: %clang -O2 -flto=full -fpass-plugin=%plugin -c %s -o %t.o
// CHECK: error: DSU: ThinLTO is not supported; use -flto=full
// CHECK-NOT: Stack dump
int f(void) { return 1; }
