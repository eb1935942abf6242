// A frame is judged by its call site: main changes before its loop, and a frame
// that is in the loop may stay. If the loop itself changes, main is on the stack
// for ever and the update is refused.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: %diff --old-binary=none | FileCheck --check-prefix=WHOLE %s
// RUN: %exits 4 %diff --old-binary=%t.new 2>&1 | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g -DNEW -DLOOP %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=LOOP %s
//
// CHECK: can be applied live
// CHECK: 2 of 3 call sites may stay
// CHECK: 'main' stays on a stack for its thread's whole life; the update waits
// WHOLE: is judged as a whole
// OTHER: it is another build
// LOOP: and whatever it calls, what it runs afterwards changes
// LOOP: 0 of 3 call sites may stay
#include <unistd.h>
__attribute__((noinline)) void setup(int x) { usleep(x); }
__attribute__((noinline)) void step(int x) { usleep(x); }
volatile int stop;
int main(int argc, char **argv) {
#ifdef NEW
  setup(argc + 2);
  stop = argc > 100;
#else
  setup(argc);
#endif
  while (!stop) {
    step(argc);
#ifdef LOOP
    usleep(200);
#else
    usleep(100);
#endif
  }
  return 0;
}
