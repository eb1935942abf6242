// What is known about a callee does not reach a lifelong function: main stays the
// same to the last attribute whether its callees return constants, ignore
// arguments, capture pointers, write memory or do none of that, and wherever
// they are defined.  An ordinary function takes all of it.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: env DSU_PROGRAM_OUT=1.bc %dsu-lto -O2 %s -o 1
// RUN: env DSU_PROGRAM_OUT=2.bc %dsu-lto -O2 -DV2 %s -o 2
// RUN: env DSU_PROGRAM_OUT=3.bc %dsu-clang -O2 %s -o 3
// RUN: env DSU_PROGRAM_OUT=4.bc %dsu-clang -O2 -DV2 %s -o 4
// RUN: %body main 1.bc > main.1 && %body ordinary 1.bc > ordinary.1
// RUN: %body main 2.bc > main.2 && %body ordinary 2.bc > ordinary.2
// RUN: %body main 3.bc > main.3 && %body ordinary 3.bc > ordinary.3
// RUN: %body main 4.bc > main.4 && %body ordinary 4.bc > ordinary.4
// RUN: diff main.1 main.2
// RUN: diff main.3 main.4
// RUN: not diff ordinary.1 ordinary.2
// RUN: not diff ordinary.3 ordinary.4
// RUN: FileCheck %s < main.1
//
// The whole program shows direct calls.
// CHECK: call {{.*}}@constant(
// CHECK: call {{.*}}@argument(
// CHECK: call {{.*}}@capture(
// CHECK: call {{.*}}@effect(
// CHECK: call {{.*}}@elsewhere(
#define NOINLINE __attribute__((noinline))
int elsewhere(int n);
static int *kept;
static volatile int total;

#ifdef V2
static NOINLINE int constant(int n) { return n + total; }
static NOINLINE int argument(int n, int m) { return n + m + total; }
static NOINLINE int capture(int *p) { return kept = p, total; }
static NOINLINE int effect(int *p) { return ++*p + total; }
#else
static NOINLINE int constant(int n) { return n - n + 42; }
static NOINLINE int argument(int n, int m) { return n + 0 * m + total; }
static NOINLINE int capture(int *p) { return *p; }
static NOINLINE int effect(int *p) { return !p; }
#endif

int ordinary(int n) {
  int local = n;
  int sum = constant(n) + argument(n, 3) + capture(&local) + effect(&local);
  sum += elsewhere(sum);
  return sum + local;
}

int main(int argc, char **argv) {
  int local = argc;
  (void)argv;
  int sum = constant(1) + argument(argc, 3) + capture(&local) + effect(&local);
  sum += elsewhere(sum);
  return sum + local + (argc > 1 ? ordinary(argc) : 0);
}

#ifdef V2
NOINLINE int elsewhere(int n) { return n * total; }
#else
NOINLINE int elsewhere(int n) {
  (void)n;
  return 7;
}
#endif
