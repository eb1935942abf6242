// What a frame may still run is the same code over the same values: swapped
// arguments or locals are a change, although each instruction looks alike.
//
// RUN: %versions && %diff | FileCheck %s
//
// CHECK: changed {{ *}}arguments
// CHECK-NEXT: 0 of 1 call site may stay
// CHECK: changed {{ *}}locals
// CHECK-NEXT: 0 of 3 call sites may stay
// CHECK: changed {{ *}}same
// CHECK-NEXT: 2 of 2 call sites may stay
__attribute__((noinline)) void halt(void) {
  __asm__ volatile("" : : : "memory");
}
__attribute__((noinline)) int next(int x) {
  __asm__ volatile("" : "+r"(x));
  return x;
}
#ifdef NEW
#define MINUS(a, b) ((b) - (a))
#define FIRST(x) ((x) + 1)
#else
#define MINUS(a, b) ((a) - (b))
#define FIRST(x) (x)
#endif
__attribute__((noinline)) int arguments(int a, int b) {
  halt();
  return MINUS(a, b);
}
__attribute__((noinline)) int locals(int z) {
  int x = next(z), y = next(z);
  halt();
  return MINUS(x, y);
}
__attribute__((noinline)) int same(int a, int b) {
  int x = next(FIRST(a));
  halt();
  return x - b;
}
int main(int argc, char **argv) {
  argc = arguments(argc, 3) + arguments(4, argc) + locals(argc) +
         same(argc, 5) + same(6, argc);
  __asm__ volatile("" : "+r"(argc));
  return argc;
}
