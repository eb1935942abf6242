// The local variables of a frame that stays are laid out by the old version. New
// code may get their addresses, so another size, a greater alignment or another
// length forbids the frame to stay, whether main passes the address on itself, has
// lent it to the function that it is in, or stored it somewhere, in either version.
// What nobody knows of at the call may change.
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
// RUN: dsu-cc -O2 -g -DNEW -DPART=7 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DPART=6 %s -o %t.new
// RUN: %diff | FileCheck --check-prefix=LENT %s
//
// SAME: can be applied live
// SAME: 5 of 6 call sites may stay
// LENT: can be applied live
// LENT: 4 of 6 call sites may stay
// CHECK: 0 of 6 call sites may stay
#include <unistd.h>

#define LARGER(N) (PART == N ? 64 : 32)

__attribute__((noinline)) void fill(char *text) { usleep(text[0]); }
__attribute__((noinline)) void borrow(__attribute__((noescape)) char *text) {
  usleep(text[0]);
}

char *volatile stored;

int main(int argc, char **argv) {
  char *piece = __builtin_alloca(LARGER(1)); // in one block, of a fixed size
#if PART == 2
  char aligned[32] __attribute__((aligned(64)));
#else
  char aligned[32] __attribute__((aligned(16)));
#endif
  char measured[argc + LARGER(3)];
  char inside[LARGER(4)], *middle = inside + 8;
  char known[LARGER(5)];
  char lent[LARGER(6)];
  stored = known;
#ifdef NEW
  char scratch[64];
#else
  char scratch[32];
#endif
#if PART == 7
  stored = scratch;
#endif
  borrow(scratch);
  borrow(lent);
  for (;;) {
    fill(piece);
    fill(aligned);
    fill(measured);
    fill(middle);
  }
}
