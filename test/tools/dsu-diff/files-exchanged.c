// Two files that change places: the external function of each finds the other one's
// internal variable under the name of its own.  That is asked.  A function that uses
// another variable of its file is none of that, nor one that moves to a file without
// such a variable.
//
// RUN: rm -rf %t && mkdir -p %t/a %t/b && cp %s %t/main.c && cp %s %t/a/x.c && cp %s %t/b/x.c && cd %t
// RUN: dsu-cc -O2 -g -DMAIN -c main.c -o main.o
// RUN: dsu-cc -O2 -g -DA -c a/x.c -o ax.o && dsu-cc -O2 -g -DB -c b/x.c -o bx.o
// RUN: dsu-cc main.o ax.o bx.o -o old
// RUN: dsu-cc -O2 -g -DB -c a/x.c -o ax.o && dsu-cc -O2 -g -DA -c b/x.c -o bx.o
// RUN: dsu-cc main.o ax.o bx.o -o new
// RUN: %exits 2 dsu-diff old.dsu.bc new.dsu.bc | FileCheck %s
// RUN: dsu-diff '--keep-value=a/x.c;count' '--keep-value=b/x.c;count' '--keep-value=a/x.c;total' '--keep-value=b/x.c;total' old.dsu.bc new.dsu.bc | FileCheck --check-prefix=MEANT %s
//
// RUN: dsu-cc -O2 -g -DA -DOTHER -c a/x.c -o ax.o && dsu-cc -O2 -g -DB -c b/x.c -o bx.o
// RUN: dsu-cc main.o ax.o bx.o -o new
// RUN: dsu-diff old.dsu.bc new.dsu.bc | FileCheck --check-prefix=OTHER %s
//
// CHECK: needs a decision
// CHECK: 'b_step' uses 'a/x.c;count' in place of 'b/x.c;count'
// CHECK: 'b_step' uses 'a/x.c;total' in place of 'b/x.c;total'
// CHECK: b/x.c:{{[0-9]+}}: 'a_step' uses 'b/x.c;count' in place of 'a/x.c;count', and both were there before: if it has moved to another file together with its variable, it would go on with the other one's value
// CHECK-NEXT: => compile each file under its old name, or pass --keep-value='b/x.c;count' if the other variable is meant
// MEANT: can be applied live
// MEANT: 'a_step' uses 'b/x.c;count' in place of
// OTHER: can be applied live
// OTHER-NOT: in place of
#ifdef MAIN
int a_step(int), b_step(int);
int main(int argc, char **argv) { return a_step(argc) + b_step(argc); }
#else
static volatile int count, total;
__attribute__((noinline)) static int add(int n) {
#ifdef OTHER
  return total += n;
#else
  return count += n;
#endif
}
#ifdef A
int a_step(int n) { return add(n) + 1 + (total > 5); }
#else
int b_step(int n) { return add(n) + 2 + (total > 5); }
#endif
#endif
