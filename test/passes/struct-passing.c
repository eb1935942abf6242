// Structs by value, small (registers), large (byval, on the stack; more than
// what is copied inline) and returned (sret), come through slot and wrapper.
//
// RUN: %same-as-plain %s
#include <stdio.h>

struct small {
  int a;
  double b;
};
struct large {
  int values[400];
};

__attribute__((noinline)) struct small flip(struct small s) {
  return (struct small){(int)s.b, s.a};
}
__attribute__((noinline)) struct large shift(struct large s, int by) {
  struct large result;
  for (int i = 0; i < 400; i++)
    result.values[i] = s.values[(i + by) % 400];
  return result;
}

int main(void) {
  struct small (*volatile flip_pointer)(struct small) = flip;
  struct large (*volatile shift_pointer)(struct large, int) = shift;
  struct small s = flip(flip_pointer((struct small){1, 2.5}));
  struct large l;
  for (int i = 0; i < 400; i++)
    l.values[i] = i * i;
  l = shift_pointer(shift(l, 3), 4);
  printf("%d %g %d %d\n", s.a, s.b, l.values[0], l.values[399]);
  return 0;
}
