// A table of labels belongs to its function: a replaced function brings a table of
// its own, an unchanged one is left alone.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
//
// CHECK: 1 function replaced
// CHECK: changed {{ *}}changed
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
  static const void *const labels[] = {&&zero, &&one, &&two};
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
