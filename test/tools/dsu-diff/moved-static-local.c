// A static local that moves into another function, or out of all, would start anew
// and lose its value: a decision. One of another type, or whose like is not gone, is
// another variable.
//
// RUN: %versions && %exits 2 %diff | FileCheck %s
// RUN: %diff '--new-variable=%s;next_unlocked.last' | FileCheck --check-prefix=FRESH %s
// RUN: dsu-cc -O2 -g -DNEW -DOUTSIDE %s -o %t.new && %exits 2 %diff | FileCheck --check-prefix=OUTSIDE %s
// RUN: dsu-cc -O2 -g -DNEW -DOTHER %s -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g -DNEW -DKEPT %s -o %t.new && %diff | FileCheck --check-prefix=KEPT %s
//
// CHECK: moved-static-local.c;next_unlocked.last' is new while '{{.*}}moved-static-local.c;next.last' is gone
// CHECK-NEXT: => keep its linkage, file and function (DSU_ROOT, if only the directory is another), or pass --new-variable='{{.*}};next_unlocked.last'
// FRESH: can be applied live
// OUTSIDE: moved-static-local.c;last' is new while '{{.*}}moved-static-local.c;next.last' is gone
// OTHER: can be applied live
// KEPT: can be applied live
#if defined(NEW) && defined(OUTSIDE)
static int last;
int next(void) { return ++last; }
#elif defined(NEW) && defined(OTHER)
__attribute__((noinline)) static int next_unlocked(void) {
  static char last[16];
  return ++last[1];
}
int next(void) { return next_unlocked(); }
#elif defined(NEW) && defined(KEPT)
__attribute__((noinline)) static int step(void) {
  static int last;
  return ++last;
}
int next(void) {
  static int last;
  return last += step();
}
#elif defined(NEW)
__attribute__((noinline)) static int next_unlocked(void) {
  static int last;
  return ++last;
}
int next(void) { return next_unlocked(); }
#else
int next(void) {
  static int last;
  return ++last;
}
#endif
__attribute__((noinline)) int tick(void) { return next(); }
int main(void) { return tick() + tick(); }
