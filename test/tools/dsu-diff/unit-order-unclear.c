// Several files of one name of which it cannot be said which is which are refused,
// with their directories and the way out. With DSU_ROOT they have names of their
// own.
//
// RUN: rm -rf %t && mkdir -p %t/a %t/b %t/c
// RUN: cp %s %t/a/main.c && cp %s %t/a/u.c && cp %s %t/b/u.c && cp %s %t/c/u.c
// RUN: cd %t/a && dsu-cc -O2 -g -c -DMAIN main.c -o main.o && dsu-cc -O2 -g -c -DNAME=fa u.c
// RUN: cd %t/b && dsu-cc -O2 -g -c -DNAME=fb u.c
// RUN: cd %t/c && dsu-cc -O2 -g -c -DNAME=fc u.c
// RUN: dsu-cc -O2 %t/a/main.o %t/a/u.o %t/b/u.o -o %t.old
// RUN: dsu-cc -O2 %t/a/main.o %t/c/u.o %t/a/u.o -o %t.new
// RUN: rm -f %t.so && %exits 3 %diff -o %t.so | FileCheck %s
// RUN: test ! -e %t.so
//
// RUN: cd %t/a && env DSU_ROOT=%t dsu-cc -O2 -g -c -DNAME=fa %t/a/u.c
// RUN: cd %t/b && env DSU_ROOT=%t dsu-cc -O2 -g -c -DNAME=fb %t/b/u.c
// RUN: cd %t/c && env DSU_ROOT=%t dsu-cc -O2 -g -c -DNAME=fc %t/c/u.c
// RUN: dsu-cc -O2 %t/a/main.o %t/a/u.o %t/b/u.o -o %t.old
// RUN: dsu-cc -O2 %t/a/main.o %t/c/u.o %t/a/u.o -o %t.new
// RUN: %exits 2 %diff --keep-removed=fb | FileCheck --check-prefix=ROOT %s
// RUN: %diff --keep-removed=fb '--new-variable=c/u.c;counter' | FileCheck --check-prefix=FRESH %s
//
// CHECK: cannot be applied live; no patch was made
// CHECK: several units are called 'u.c', and it is not clear which is which (old: compiled in {{.*}}/a, {{.*}}/b; new: compiled in {{.*}}/c, {{.*}}/a)
// CHECK-NEXT: => {{.*}}DSU_ROOT
// ROOT: 'c/u.c;counter' is new while 'b/u.c;counter' is gone
// FRESH: can be applied live
#ifdef MAIN
int main(void) { return 0; }
#else
static int counter;
__attribute__((noinline)) static int helper(int k) { return counter += k; }
__attribute__((used)) int NAME(void) { return helper(1); }
#endif
