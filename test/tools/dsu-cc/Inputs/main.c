#include <stdio.h>
int twice(int x);
int main(void) {
  printf("twice 21 is %d\n", twice(21));
  return 0;
}
