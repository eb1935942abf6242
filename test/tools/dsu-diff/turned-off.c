// A changed function that cannot be updated refuses the patch; unchanged, it is
// called by the patch where it is.
//
// RUN: %versions && %diff -o %t.so | FileCheck --check-prefix=ALLOWED %s
// RUN: dsu-cc -O2 -g -DNEW -DCHANGE %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
//
// ALLOWED: 1 function replaced
// CHECK: turned-off.c:[[@LINE+6]]: 'off' changed, but it cannot be updated
#ifdef CHANGE
#define ADD 2
#else
#define ADD 1
#endif
__attribute__((noinline, annotate("dsu:off"))) int off(int x) {
  return x + ADD;
}
__attribute__((noinline)) int use(int x) {
#ifdef NEW
  return off(x + 1);
#else
  return off(x);
#endif
}
int main(int argc, char **argv) { return use(argc); }
