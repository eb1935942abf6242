// An alias that leads elsewhere cannot be applied live: who looked it up by its name,
// or stored it, goes on calling the other function.  One whose function changes can.
//
// RUN: dsu-cc -O2 -g -rdynamic -DTARGET='"one"' -DVALUE=1 %s -o %t.old
// RUN: dsu-cc -O2 -g -rdynamic -DTARGET='"two"' -DVALUE=1 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -rdynamic -DTARGET='"one"' -DVALUE=3 %s -o %t.new
// RUN: %diff -o %t.so | FileCheck --check-prefix=FINE %s
//
// CHECK: the alias 'chosen' leads to something else than before
// CHECK: => leave it and add a new one
// FINE:  can be applied live
__attribute__((noinline)) int one(int x) { return x + VALUE; }
__attribute__((noinline)) int two(int x) { return x + 2; }
int chosen(int x) __attribute__((alias(TARGET)));

int main(int argc, char **argv) { return chosen(argc) + one(argc) + two(argc); }
