// Enumerators may be added; a renumbered one is refused, since values of it are in
// memory.
//
// RUN: %versions && %diff | FileCheck --check-prefix=ADDED %s
// RUN: dsu-cc -O2 -g %s -o %t.old && dsu-cc -O2 -g -DNEW -DRENUMBER %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
//
// ADDED: can be applied live
// CHECK: the values of 'enum state' change: 'CLOSED' renumbered from 1 to 2
enum state {
  OPEN,
#ifdef RENUMBER
  HALF,
#endif
  CLOSED,
#ifdef NEW
  LOST,
#endif
};
enum state current;
__attribute__((noinline)) int test(enum state s) {
#ifdef NEW
  return s == LOST;
#else
  return s == CLOSED;
#endif
}
int main(void) { return test(current); }
