// A table of labels belongs to its function: a replaced function brings a table of
// its own, an unchanged one is left alone.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: llvm-readelf --relocs %t.so | FileCheck --check-prefix=RELOCS %s
// RUN: dsu-cc -O2 -g -DVARIABLE= %s -o %t.old
// RUN: dsu-cc -O2 -g -DVARIABLE= -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=VARIABLE %s
//
// RELOCS: R_X86_64_RELATIVE
// RELOCS-NOT: dsu.data:{{.*}}labels
// VARIABLE: changed.labels' holds addresses of labels in 'changed', which changes
// CHECK: 1 function replaced
// CHECK: changed {{ *}}changed
#ifndef VARIABLE
#define VARIABLE const
#endif
__attribute__((noinline)) int kept(int x) {
  static const void *const labels[] = {&&zero, &&one, &&two};
  goto *labels[x % 3];
zero:
  x += 3;
one:
  x *= 5;
two:
  return x;
}
__attribute__((noinline)) int changed(int x) {
  static const void *VARIABLE labels[] = {&&zero, &&one, &&two};
  goto *labels[x % 3];
zero:
  x += 3;
one:
#ifdef NEW
  x *= 6;
#else
  x *= 5;
#endif
two:
  return x;
}
int main(int argc, char **argv) { return kept(argc) + changed(argc); }
