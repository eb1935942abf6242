// New code calls a function of an object that was not compiled by dsu-cc. If the
// running program has it out of the dynamic linker's sight, or not at all, this is
// refused; if it is exported, allowed.
//
// RUN: %clang -O2 -DFOREIGN -c %s -o %t.foreign.o
// RUN: dsu-cc -O2 -g %s %t.foreign.o -o %t.old && dsu-cc -O2 -g -DNEW %s %t.foreign.o -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -rdynamic %s %t.foreign.o -o %t.old && %diff -o %t.so | FileCheck --check-prefix=ALLOWED %s
// RUN: dsu-cc -O2 -g %s -o %t.old && %exits 3 %diff | FileCheck --check-prefix=ABSENT %s
//
// CHECK: new code uses 'store_rejected', which the running program has in an object that was not compiled by dsu-cc, where a patch cannot reach it
// CHECK-NEXT: => {{.*}}compile the object with dsu-cc, or link with -rdynamic
// ALLOWED: can be applied live
// ABSENT: new code uses 'store_rejected', which is not in the program as built by dsu-cc
#ifdef FOREIGN
int store_rejected(int x) { return x + 7; }
#else
int store_rejected(int x);
__attribute__((noinline)) int use(int x) {
#ifdef NEW
  x = store_rejected(x);
#endif
  return x * 3;
}
int main(int argc, char **argv) { return use(argc); }
#endif
