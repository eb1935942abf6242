// The program file that is written beside a patch is what the next patch is made
// from. Functions that were left in place because only __LINE__ differed are known
// by the body that runs, not by the one that a fresh build would have.
//
// RUN: %versions && dsu-cc -O2 -g -DNEW -DNEWER %s -o %t.newer
// RUN: %diff -o %t.1.dsu.so | FileCheck %s
// RUN: dsu-diff %t.1.dsu.bc %t.newer.dsu.bc -o %t.2.dsu.so | FileCheck --check-prefix=NEXT %s
// RUN: llvm-readelf --relocs %t.2.dsu.so | FileCheck --check-prefix=RELOCS %s
// RUN: %exits 1 dsu-diff %t.2.dsu.bc %t.newer.dsu.bc
//
// CHECK: 1 function replaced, 1 added
// CHECK: logs: __LINE__ 101 -> 203
// NEXT: 3 functions replaced, 0 added
// NEXT: changed {{ *}}added
// RELOCS: dsu.slot:added
// No optimizer sees through it.
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
__attribute__((noinline)) void report(int line) {
  __asm__ volatile("" : : "r"(line));
}
#ifdef NEWER
#define MORE 1
#else
#define MORE 0
#endif
#ifdef NEW
#line 200
#else
#line 100
#endif
__attribute__((noinline)) void logs(int x) { OPAQUE(x); if (x > 3) report(__LINE__ + 1000 * MORE); }
#ifdef NEW
__attribute__((noinline)) int added(int x) { logs(x); x += MORE; OPAQUE(x); return x; }
#endif
__attribute__((noinline)) int use(int x) {
  OPAQUE(x);
#ifdef NEW
  return added(x) + added(x + 1) + MORE;
#else
  return x + 5;
#endif
}
int main(int argc, char **argv) {
  argc = use(argc);
  logs(argc);
  report(argc);
  OPAQUE(argc);
  return argc;
}
