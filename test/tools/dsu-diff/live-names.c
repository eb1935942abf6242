// A value counts as a variable only while it is that variable: what was `n`
// before `n = second()` is another variable's value when the loop is reached
// (assigned), and a value that is two variables at once may be either (split),
// unless it is computed alike in both versions (both). A variable in memory is
// its address (escaped). Frames whose loops go over the same variables may
// stay, also if one of them was computed in another way (kept): in first or
// second, or in serve.
//
// RUN: %versions && %diff | FileCheck %s
//
// CHECK:      changed {{ *}}assigned
// CHECK-NEXT: whole life
// CHECK-NEXT: 0 of 3 call sites may stay
// CHECK:      changed {{ *}}both
// CHECK-NEXT: whole life
// CHECK-NEXT: 2 of 3 call sites may stay
// CHECK:      changed {{ *}}escaped
// CHECK-NEXT: whole life
// CHECK-NEXT: 0 of 4 call sites may stay
// CHECK:      changed {{ *}}kept
// CHECK-NEXT: whole life
// CHECK-NEXT: 2 of 3 call sites may stay
// CHECK:      changed {{ *}}split
// CHECK-NEXT: whole life
// CHECK-NEXT: 0 of 3 call sites may stay
static int base = 10;
__attribute__((noinline)) int first(void) {
  return __atomic_add_fetch(&base, 1, 0);
}
__attribute__((noinline)) int second(void) {
  return __atomic_add_fetch(&base, 2, 0);
}
__attribute__((noinline)) void fill(int *n) {
  *n += __atomic_add_fetch(&base, 3, 0);
}
__attribute__((noinline)) void serve(int x) { __atomic_store_n(&base, x, 0); }
#ifdef NEW
#define PICK(a, b) b
#define EARLY first
#else
#define PICK(a, b) a
#define EARLY second
#endif
__attribute__((noinline)) void assigned(void) {
  int n = first();
  int count = n;
  n = second();
  for (;;)
    serve(PICK(count, n));
}
__attribute__((noinline)) void both(void) {
  int n = first();
  int count = PICK(n, second());
  second();
  for (;;)
    serve(PICK(count, n));
}
__attribute__((noinline)) void escaped(void) {
  int n = first(), m = first();
  fill(PICK(&n, &m));
  for (;;)
    serve(PICK(n, m));
}
__attribute__((noinline)) void kept(void) {
  int n = EARLY();
  int count = n;
  n = second();
  for (;;)
    serve(count + n);
}
__attribute__((noinline)) void split(void) {
  int n = first();
  int count = n;
  PICK((void)second(), n = second());
  for (;;)
    serve(n);
}
int main(int argc, char **argv) {
  void (*volatile all[])(void) = {assigned, both, escaped, kept, split};
  all[argc % 5]();
  return argc;
}
