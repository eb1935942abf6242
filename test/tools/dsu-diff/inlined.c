// A function that was inlined everywhere is changed in source, and its callers are
// what has to be replaced.
//
// RUN: %versions && %diff | FileCheck %s
//
// CHECK: 1 function replaced
// CHECK-DAG: changed {{ *}}caller {{.*}}optimized code only
// CHECK-DAG: inlined {{ *}}{{.*}};small {{.*}}in source, part of its callers
static inline __attribute__((always_inline)) int small(int x) {
  __asm__ volatile("" : "+r"(x)); // no optimizer sees through it
#ifdef NEW
  return x + 2;
#else
  return x + 1;
#endif
}
__attribute__((noinline)) int caller(int x) {
  int result = small(x) * 2;
  __asm__ volatile("" : "+r"(result));
  return result;
}
int main(int argc, char **argv) { return caller(argc); }
