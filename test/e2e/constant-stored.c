// The address of a constant with new content is what existing objects hold:
// with the decision that this does no harm, they keep the old content, and new
// objects have the new one. Without it there is no patch.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: rm -f %t.so && not dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck --check-prefix=ASKED %s
// RUN: not ls %t.so
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc --new-constant='%S/constant-stored.c;tls' -o %t.so
// RUN: %drive %t.1 'ask open' 'ask show' 'apply %t.so' 'ask show' 'ask open' 'ask show' 'revert' 'ask show' | FileCheck %s
//
// ASKED: needs a decision
// ASKED: the content of constant '{{.*}};tls' changes, and its address is stored or compared
//
// CHECK:      open: done
// CHECK-NEXT: show: tls
// CHECK:      exit 0
// CHECK-NEXT: show: tls
// CHECK-NEXT: open: done
// CHECK-NEXT: show: tls1.3
// CHECK:      exit 0
// CHECK-NEXT: show: tls1.3
// CHECK-NEXT: serving
#include "serve.h"

struct operations {
  const char *name;
  int (*step)(int);
};
static int first(int x) { return x + 1; }
static int second(int x) { return x + 2; }
static const struct operations plain = {"plain", first};
#ifdef V2
static const struct operations tls = {"tls1.3", second};
#else
static const struct operations tls = {"tls", second};
#endif
static const struct operations *volatile current;

void answer(const char *line) {
  if (line[0] == 'o') {
    current = getenv("DSU_TEST_NOT_SET") ? &plain : &tls;
    say("done");
  } else {
    say("%s", current->name);
  }
}

int main(void) { return serve(); }
