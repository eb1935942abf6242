// A function that dlsym found in a program linked with -rdynamic stays the same
// pointer, and calling it reaches the new code.
//
// RUN: %dsu-cc -rdynamic %s -o %t.1 && %dsu-cc -rdynamic -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' 'revert' 'ask 5' | FileCheck %s
//
// CHECK:      5: stored 6 found 6 same
// CHECK:      exit 0
// CHECK-NEXT: 5: stored 15 found 15 same
// CHECK:      exit 0
// CHECK-NEXT: 5: stored 6 found 6 same
// CHECK-NEXT: serving
#include "serve.h"
#include <dlfcn.h>

int exported_value(int x) {
#ifdef V2
  return 3 * x;
#else
  return x + 1;
#endif
}

typedef int function(int);
static function *stored;

static function *find(void) {
  return (function *)dlsym(RTLD_DEFAULT, "exported_value");
}

void answer(const char *line) {
  int x = atoi(line);
  say("stored %d found %d %s", stored(x), find()(x),
      stored == find() ? "same" : "different");
}

int main(void) {
  stored = find();
  return serve();
}
