// Bodies in a patch are at even addresses, also where code is as small as it can
// be: by that the guard of a small function knows that it was replaced.
//
// RUN: dsu-cc -Os -g %s -o %t.old && dsu-cc -Os -g -DNEW %s -o %t.new
// RUN: %diff -o %t.so
// RUN: llvm-nm --defined-only %t.so | FileCheck %s
//
// CHECK-NOT: {{[13579bdf]}} t
// CHECK: {{[02468ace]}} t first
// CHECK-NOT: {{[13579bdf]}} t
#ifdef NEW
#define BY 2
#else
#define BY 1
#endif
#define NOINLINE __attribute__((noinline))

static NOINLINE int first(int x) { return x + BY; }
static NOINLINE int second(int x) { return x * x - BY; }
static NOINLINE int third(int x) { return x ^ BY; }
static NOINLINE int fourth(int x) { return (x ^ 5) * x + BY; }
static int (*volatile functions[])(int) = {first, second, third, fourth};
int main(int argc, char **argv) { return functions[argc % 4](argc); }
