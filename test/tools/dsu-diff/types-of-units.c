// One definition in a header has a layout for each unit, as macros say. A unit that
// goes over from the one to the other is refused, although the program has known
// both. When each stays with its own, code may change.
//
// RUN: dsu-cc -O2 -g -c %s -DMAIN -o %t.main.o
// RUN: dsu-cc -O2 -g -c %s -DNAME=f -o %t.f.o && dsu-cc -O2 -g -c %s -DNAME=g -DWIDE -o %t.g.o
// RUN: dsu-cc -O2 -g %t.main.o %t.f.o %t.g.o -o %t.old
// RUN: dsu-cc -O2 -g -c %s -DNAME=f -DNEW -DWIDE -o %t.f.o && dsu-cc -O2 -g %t.main.o %t.f.o %t.g.o -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: %diff --accept-type=item | FileCheck --check-prefix=ACCEPTED %s
// RUN: dsu-cc -O2 -g -c %s -DNAME=f -DNEW -o %t.f.o && dsu-cc -O2 -g %t.main.o %t.f.o %t.g.o -o %t.new
// RUN: %diff | FileCheck --check-prefix=ALLOWED %s
//
// CHECK: cannot be applied live
// CHECK: the layout of 'struct item' changes: field 'hits' moved from offset 0 to 4
// CHECK-NOT: is another type now
// CHECK: Functions
// ACCEPTED: can be applied live
// ACCEPTED: (accepted by --accept-type)
// ALLOWED: can be applied live
#ifdef MAIN
int main(void) { return 0; }
#else
#ifdef NEW
#define STEP 2
#else
#define STEP 1
#endif
struct item {
#ifdef WIDE
  int errors, hits;
#else
  int hits, errors;
#endif
};
static struct item s;
__attribute__((used)) int NAME(int x) {
  s.hits += STEP * x;
  return s.hits - s.errors;
}
#endif
