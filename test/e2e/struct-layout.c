// A struct with a new field in the middle cannot be applied live yet: refused with
// the type, the field, both offsets and the place.  A new struct is no obstacle.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: rm -f %t.so && %exits 3 dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REFUSED
// RUN: test ! -e %t.so
// RUN: dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 5' 'apply %t.so' 'ask 5' | FileCheck %s
//
// REFUSED: struct-layout.c:[[#]]: {{.*}}item
// REFUSED: value
//
// CHECK:      5: 5
// CHECK:      exit 0
// CHECK-NEXT: 5: 5 7
// CHECK-NEXT: serving
#include "serve.h"

struct item {
  int key;
#ifdef V2
  long added;
#endif
  int value;
};

#ifdef V3
struct new_item {
  long a, b;
};
static struct new_item *new_items;
#endif

static struct item *items;

void answer(const char *line) {
  if (!items)
    items = calloc(2, sizeof(*items));
  items[1].value = atoi(line);
#ifdef V3
  new_items = calloc(2, sizeof(*new_items));
  new_items[1].b = 7;
  say("%d %ld", items[1].value, new_items[1].b);
#else
  say("%d", items[1].value);
#endif
}

int main(void) { return serve(); }
