// A program file that cannot be written fails the build and is named.
//
// RUN: env DSU_PROGRAM_OUT=%t.missing/p.bc not %dsu-clang -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck %s
// CHECK: error: DSU: {{.*}}missing/p.bc: cannot be written
int f(void) { return 1; }
