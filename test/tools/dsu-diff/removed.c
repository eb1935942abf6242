// A removed function that was only called directly blocks while it is on a stack
// and needs no decision. One whose address was taken may still be called.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: dsu-cc -O2 -g -DTAKEN %s -o %t.old && dsu-cc -O2 -g -DTAKEN -DNEW %s -o %t.new
// RUN: %exits 2 %diff | FileCheck --check-prefix=TAKEN %s
// RUN: %diff --keep-removed=gone | FileCheck --check-prefix=KEPT %s
//
// CHECK: 1 function replaced, 0 added, 1 removed
// TAKEN: 'gone' is removed, but its address is known to others
// KEPT: can be applied live
int (*hook)(int);
// No optimizer sees through it.
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
#ifndef NEW
__attribute__((noinline)) int gone(int x) {
  OPAQUE(x);
  return x + 7;
}
#endif
__attribute__((noinline)) int use(int x) {
  OPAQUE(x);
#ifdef NEW
  return x;
#else
#ifdef TAKEN
  hook = gone;
#endif
  return gone(x);
#endif
}
int main(int argc, char **argv) { return use(argc) + (hook ? hook(1) : 0); }
