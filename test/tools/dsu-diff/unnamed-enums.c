// An unnamed enum's enumerators are compared by name. Whether values of them are in
// memory cannot be known, and many are constants only: a decision. New ones at the
// end do no harm, nor does another value of the only one, which is a constant.
//
// RUN: %versions && %exits 2 %diff | FileCheck %s
// RUN: %diff --accept-type=BUSY | FileCheck --check-prefix=ACCEPTED %s
// RUN: dsu-cc -O2 -g %s -DLAST -DNEW -o %t.new && %diff | FileCheck --check-prefix=ALLOWED %s
//
// CHECK: needs a decision
// CHECK: unnamed-enums.c:{{[0-9]+}}: the values of an unnamed enum (with 'BUSY') change: 'BUSY' renumbered from 1 to 2; 'DONE' renumbered from 2 to 3
// CHECK-NEXT: --accept-type=BUSY
// ACCEPTED: can be applied live
// ALLOWED: can be applied live
#ifdef NEW
enum { LIMIT = 8 };
#else
enum { LIMIT = 7 };
#endif
enum {
  IDLE,
#if defined(NEW) && !defined(LAST)
  WAITING,
#endif
  BUSY,
  DONE,
#if defined(NEW) && defined(LAST)
  WAITING,
#endif
};
static int state;
__attribute__((noinline)) void set(int x) {
  state = x > LIMIT ? BUSY : x < 0 ? IDLE : DONE;
}
__attribute__((noinline)) int show(void) {
#ifdef NEW
  if (state == WAITING)
    return 9;
#endif
  return state == BUSY ? 4 : state == DONE ? 5 : 6;
}
int main(int argc, char **argv) {
  set(argc);
  return show();
}
