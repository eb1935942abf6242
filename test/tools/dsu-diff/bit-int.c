// clang 19's debug information does not tell the width of a _BitInt (22's does): where a function works with
// other widths than before, that is a decision; where it works with the same, or the
// program has no _BitInt but bit-fields, it is not.
//
// REQUIRES: llvm-19
// RUN: %versions && %exits 2 %diff | FileCheck %s
// RUN: %diff --accept-type=_BitInt | FileCheck --check-prefix=FINE %s
// RUN: dsu-cc -O2 -g -DSAME %s -o %t.new && %diff | FileCheck --check-prefix=FINE %s
// RUN: dsu-cc -O2 -g -DNONE %s -o %t.old && dsu-cc -O2 -g -DNONE -DNEW %s -o %t.new && %diff | FileCheck --check-prefix=FINE %s
//
// CHECK: bit-int.c:[[#]]: 'grow' works with integers of other widths than before (bits: 25; now: 24)
// CHECK-NEXT: => keep the widths, or pass --accept-type=_BitInt if no object of a changed one outlives the update
// FINE: can be applied live
#if defined(NEW) && !defined(NONE)
#define WIDTH 24
#else
#define WIDTH 25
#endif
#if defined(NEW) || defined(SAME)
#define STEP 2
#else
#define STEP 1
#endif
struct counter {
#ifdef NONE
  unsigned small : 7, large : WIDTH;
#else
  _BitInt(WIDTH) large;
#endif
};
__attribute__((noinline)) int grow(struct counter *c) {
#if defined(NONE) && defined(NEW)
  c->small += STEP;
#endif
  return (int)(c->large += STEP);
}
static struct counter counter;
int main(void) {
  grow(&counter);
  return grow(&counter);
}
