// A variable that becomes static would start anew and lose its value: a decision.
// One that keeps its linkage keeps its value.
//
// RUN: %versions
// RUN: %exits 2 %diff | FileCheck %s
// RUN: %diff '--new-variable=%s;count' | FileCheck --check-prefix=FRESH %s
// RUN: dsu-cc -O2 -g -DKEEP -DNEW %s -o %t.new
// RUN: %diff | FileCheck --check-prefix=KEPT %s
//
// CHECK: moved-variable.c;count' is new while 'count' is gone
// FRESH: can be applied live
// KEPT: can be applied live
#if defined(NEW) && !defined(KEEP)
static int count;
#else
int count;
#endif
__attribute__((noinline)) int use(int x) {
#ifdef NEW
  return count += x;
#else
  return count += x + 1;
#endif
}
int main(int argc, char **argv) {
  use(argc);
  return use(argc);
}
