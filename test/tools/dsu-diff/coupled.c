// Two changed functions that share a variable around an unchanged caller belong
// together: the caller's frames forbid the update. Without the shared variable they
// do not.
//
// RUN: %versions && %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DAPART %s -o %t.old && dsu-cc -O2 -g -DAPART -DNEW %s -o %t.new
// RUN: %diff | FileCheck --check-prefix=APART %s
//
// CHECK: 'enter' and 'leave' both change, share the variable 'depth' and are called by 'caller'
// CHECK-SAME: the update waits until no thread is in it
// APART: 2 functions replaced
// APART-NOT: waits
// APART: Consistency level: activeness
int depth, other;
#ifdef NEW
#define STEP 2
#else
#define STEP 1
#endif
#ifdef APART
#define VARIABLE other
#else
#define VARIABLE depth
#endif
__attribute__((noinline)) void enter(void) { depth += STEP; }
__attribute__((noinline)) void leave(void) { VARIABLE -= STEP; }
__attribute__((noinline)) void work(void) {
  __asm__ volatile("" : : : "memory");
}
__attribute__((noinline)) void caller(void) {
  enter();
  work();
  leave();
}
int main(void) {
  caller();
  return depth + other;
}
