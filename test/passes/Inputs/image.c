#include <setjmp.h>
#include <stdlib.h>

static int state = 42;
static __thread int tls = 5;
static const int constant[3] = {7, 8, 9};
int visible[16];
extern int missing(void) __attribute__((weak));

static int compare(const void *a, const void *b) {
  return *(const int *)a - *(const int *)b;
}
__attribute__((noinline)) static int only_called(int x) {
  return state += constant[x % 3] + tls++;
}
__attribute__((noinline)) int jumping(void) {
  jmp_buf buffer;
  return setjmp(buffer) + only_called(visible[1]);
}
int main(void) {
  qsort(visible, 16, sizeof visible[0], compare);
  return missing ? missing() : jumping() * 0;
}
