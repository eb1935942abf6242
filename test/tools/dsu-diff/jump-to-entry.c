// What leads back to a function's first instruction leads to the next version as
// soon as there is one: no frame of such a function may stay, whatever it would
// run afterwards.  A call of itself that is a call leads there anyway.
//
// RUN: dsu-cc -O0 -g %s -o %t.old && dsu-cc -O0 -g -DNEW %s -o %t.new
// RUN: %diff -o %t.so | FileCheck %s
// RUN: llvm-objdump -d --disassemble-symbols=again %t.old | FileCheck %s --check-prefix=CALL
// CALL: call{{.*}} <again>
// CHECK: 3 of 3 call sites may stay
//
// RUN: dsu-cc -O0 -g -DJUMP %s -o %t.old && dsu-cc -O0 -g -DJUMP -DNEW %s -o %t.new
// RUN: %diff -o %t.so | FileCheck %s --check-prefix=JUMP
// RUN: llvm-objdump -d --disassemble-symbols=again %t.old | FileCheck %s --check-prefix=CODE
// CODE: jmp{{.*}} <again>
// JUMP: changed again
// JUMP-NOT: call sites may stay
// JUMP: Consistency level
#include <unistd.h>

volatile int stop;

int again(int x) {
#ifdef NEW
  usleep(x + 1);
#else
  usleep(x);
#endif
  usleep(10);
  if (stop)
    return 0;
#ifdef JUMP
  __attribute__((musttail)) return again(x);
#else
  return again(x) + 1;
#endif
}

int main(void) { return again(0); }
