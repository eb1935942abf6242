// A new static local in front of one with the same name takes over its symbol, not
// its state: variables are paired by type, initial value and scope. Where these
// do not tell them apart, a decision is needed.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: llvm-readelf --relocs %t.so | FileCheck --check-prefix=RELOCS %s
// RUN: dsu-cc -O2 -g -DSAME %s -o %t.old && dsu-cc -O2 -g -DSAME -DNEW %s -o %t.new
// RUN: %exits 2 %diff | FileCheck --check-prefix=AMBIGUOUS %s
//
// CHECK: can be applied live
// CHECK: static-locals.c;count.n@1 {{ *}}new variable
// RELOCS: dsu.data:{{.*}}static-locals.c;count.n +
// AMBIGUOUS: function 'count' has several static variables 'n' (1 before, 2 now)
__attribute__((noinline)) int count(int x) {
  int sum = 0;
#ifdef NEW
  if (x > 1) {
#ifdef SAME
    static int n = 7;
#else
    static long n = 70;
#endif
    sum += n++;
  }
#endif
  if (x > 0) {
    static int n = 7;
    sum += n++;
  }
  return sum;
}
int main(int argc, char **argv) { return count(argc); }
