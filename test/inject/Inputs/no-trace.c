// Between the changed function and the point there is a frame that no unwind
// information describes: nobody can say what is beneath it.
#include "pass.h"

extern void through(void (*function)(void));
__asm__(".text\n"
        ".type through, @function\n"
        "through:\n"
        "  pushq %rbp\n"
        "  pushq %rbx\n"
        "  subq $24, %rsp\n"
        "  xorl %ebp, %ebp\n"
        "  callq *%rdi\n"
        "  addq $24, %rsp\n"
        "  popq %rbx\n"
        "  popq %rbp\n"
        "  retq\n"
        ".size through, .-through\n");

NOINLINE static void inside(void) { place(); }

NOINLINE static int pass(int value) {
  cell = value * UNIT;
  through(inside);
  int got = decode();
  cell = -UNIT;
  return got;
}

int main(void) {
  for (int i = 1; i <= 4; i++)
    check(pass(i), i, "pass");
  return 0;
}
