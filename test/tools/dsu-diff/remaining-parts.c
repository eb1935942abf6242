// What a frame still runs must be the same code in every part, not only in shape:
// another predicate, alignment, wrapping flag, assumption of the optimizer's
// (metadata) or attribute of a call is other code, and the frame may not stay.
//
// RUN: dsu-cc -O2 -g -DPART=0 %s -o %t.old
// RUN: dsu-cc -O2 -g -DNEW -DPART=0 %s -o %t.new && %diff | FileCheck --check-prefix=SAME %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=1 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=2 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=3 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=4 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=5 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
//
// SAME: can be applied live
// SAME: 3 of 3 call sites may stay
// CHECK: 0 of 3 call sites may stay
#include <unistd.h>

volatile int a, b, sink, stop;
int *volatile numbers;
int (*volatile function)(int);

#if PART == 1
#define BELOW(X, Y) ((X) <= (Y))
#else
#define BELOW(X, Y) ((X) < (Y))
#endif
#if PART == 2
typedef int number __attribute__((aligned(1)));
#else
typedef int number;
#endif
#if PART == 3
#define SUM(X, Y) ((int)((unsigned)(X) + (unsigned)(Y)))
#else
#define SUM(X, Y) ((X) + (Y))
#endif
#if PART == 4
#define LOAD(P) __builtin_nontemporal_load(P)
#else
#define LOAD(P) (*(P))
#endif
#if PART == 5
#define APART __attribute__((nomerge))
#else
#define APART
#endif

int main(int argc, char **argv) {
#ifdef NEW
  stop = argc > 100;
#endif
  usleep(argc);
  while (!stop) {
    usleep(100);
    sink = BELOW(a, b);
    sink = SUM(a, b);
    sink = LOAD((number *)numbers);
    APART sink = function(argc);
  }
  return 0;
}
