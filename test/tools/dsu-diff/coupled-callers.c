// Callers of two functions that change together: one that is new has no frames, and
// those of one that goes forbid the update anyway.  Neither is listed a second time,
// and the level stays activeness.
//
// RUN: %versions && %diff -o %t.fix.so | FileCheck %s
//
// CHECK: can be applied live
// CHECK-NOT: waits until
// CHECK-DAG: added {{ *}}arriving
// CHECK-DAG: removed {{ *}}{{.*}}leaving
// CHECK: Consistency level: activeness
int depth;
#ifdef NEW
#define STEP 2
#else
#define STEP 1
#endif
#define NOINLINE __attribute__((noinline))
NOINLINE void enter(void) { depth += STEP; }
NOINLINE void leave(void) { depth -= STEP; }
static NOINLINE void work(void) { __asm__ volatile("" : : : "memory"); }
#ifdef NEW
NOINLINE void arriving(void) {
  enter();
  work();
  leave();
}
#else
static NOINLINE void leaving(void) {
  enter();
  work();
  leave();
}
#endif
NOINLINE void any(void) {
#ifdef NEW
  arriving();
#else
  leaving();
#endif
}
int main(void) {
  any();
  return depth;
}
