// Two functions have a local type of the same name, with different layouts. When
// that of the one becomes that of the other, it has changed all the same. If both
// stay, the functions may change.
//
// RUN: %versions && %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g %s -DKEPT -DNEW -o %t.new && %diff | FileCheck --check-prefix=ALLOWED %s
//
// CHECK: cannot be applied live
// CHECK: the layout of 'struct item' changes: field 'hits' moved from offset 0 to 4
// ALLOWED: can be applied live
#ifdef NEW
#define STEP 2
#else
#define STEP 1
#endif
__attribute__((noinline)) int first(int x) {
  struct item {
#if defined(NEW) && !defined(KEPT)
    int errors, hits;
#else
    int hits, errors;
#endif
  };
  static struct item s;
  s.hits += STEP * x;
  return s.hits - s.errors;
}
__attribute__((noinline)) int second(int x) {
  struct item {
    int errors, hits;
  };
  static struct item s;
  s.hits += x;
  return s.hits - s.errors;
}
int main(int argc, char **argv) { return first(argc) + second(argc); }
