// An alias that nothing outside can see is gone from the optimized program.  That it
// leads to another variable is known from the sources.
//
// RUN: dsu-cc -O2 -g -DTARGET='"one"' %s -o %t.old
// RUN: dsu-cc -O2 -g -DTARGET='"two"' %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DTARGET='"one"' -DMORE=2 %s -o %t.new
// RUN: %diff -o %t.so | FileCheck --check-prefix=FINE %s
//
// CHECK: the alias '{{.*}}current' leads to something else than before
// CHECK: => leave it and add a new one
// FINE:  can be applied live
#ifndef MORE
#define MORE 1
#endif
int one = 1, two = 2;
extern int current __attribute__((alias(TARGET)));

__attribute__((noinline)) static int get(void) { return current + MORE; }

int main(void) {
  one++;
  two--;
  return get();
}
