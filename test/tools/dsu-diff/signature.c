// A signature may change if all calls are direct; if the address is known, callers
// that nobody can find call as before.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: dsu-cc -O2 -g -DTAKEN %s -o %t.old && dsu-cc -O2 -g -DTAKEN -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=TAKEN %s
//
// CHECK: changed {{ *}}use
// CHECK: signature: int (int)  ->  int (int, long)
// TAKEN: the signature of 'use' changes from int (int) to int (int, long)
void *hook;
// No optimizer sees through it.
#define OPAQUE(x) __asm__ volatile("" : "+r"(x))
#ifdef NEW
__attribute__((noinline)) int use(int x, long y) {
  OPAQUE(x);
  return x + y;
}
#else
__attribute__((noinline)) int use(int x) {
  OPAQUE(x);
  return x;
}
#endif
__attribute__((noinline)) int caller(int argc) {
#ifdef TAKEN
  hook = (void *)use;
#endif
#ifdef NEW
  return use(argc, argc + 2L) + use(3, argc);
#else
  return use(argc) + use(argc + 1);
#endif
}
int main(int argc, char **argv) {
  argc = caller(argc);
  OPAQUE(argc);
  return argc;
}
