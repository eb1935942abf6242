// longjmp over indirected frames, and locals of the function that called
// setjmp, work as before.
//
// RUN: %same-as-plain %s
#include <setjmp.h>
#include <stdio.h>

static jmp_buf buffer;

__attribute__((noinline)) static void fall(int depth) {
  if (depth == 0)
    longjmp(buffer, 7);
  fall(depth - 1);
  printf("never\n");
}

__attribute__((noinline)) static int attempt(int depth) {
  volatile int before = depth;
  int code = setjmp(buffer);
  if (code == 0)
    fall(depth);
  return before * 10 + code;
}

int main(void) {
  for (int i = 0; i < 3; i++)
    printf("%d\n", attempt(i));
  return 0;
}
