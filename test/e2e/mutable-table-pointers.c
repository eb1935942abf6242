// A mutable table with function pointers and pointers to other objects: elements
// that v2 changes point to v2's functions and objects afterwards, new ones and old
// ones; an element that the program has redirected stays.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 0' 'ask 1' 'ask 2' 'ask redirect' 'ask 1' 'apply %t.so' 'ask 0' 'ask 1' 'ask 2' 'revert' 'ask 0' 'ask 1' 'ask 2' | FileCheck %s
//
// CHECK:      0: plus 5 left
// CHECK-NEXT: 1: plus 5 left
// CHECK-NEXT: 2: minus 3 right
// CHECK-NEXT: redirect: done
// CHECK-NEXT: 1: minus 3 left
// CHECK:      exit 0
// CHECK-NEXT: 0: times 40 right
// CHECK-NEXT: 1: minus 3 left
// CHECK-NEXT: 2: plus 50 new object
// CHECK:      exit 0
// CHECK-NEXT: 0: plus 5 left
// CHECK-NEXT: 1: minus 3 left
// CHECK-NEXT: 2: minus 3 right
// CHECK-NEXT: serving
#include "serve.h"

struct object {
  const char *text;
};
static struct object left = {"left"}, right = {"right"};

#ifdef V2
#define TENFOLD 10
static struct object new_object = {"new object"};
#else
#define TENFOLD 1
#endif

static char text[64];
static const char *plus(int a, int b) {
  snprintf(text, sizeof(text), "plus %d", TENFOLD * (a + b));
  return text;
}
static const char *minus(int a, int b) {
  snprintf(text, sizeof(text), "minus %d", a - b);
  return text;
}
#ifdef V2
static const char *times_text(int a, int b) {
  snprintf(text, sizeof(text), "times %d", TENFOLD * a * b);
  return text;
}
#endif

static struct {
  const char *(*operation)(int, int);
  struct object *object;
} table[3] = {
#ifdef V2
    {times_text, &right}, {plus, &left}, {plus, &new_object}
#else
    {plus, &left}, {plus, &left}, {minus, &right}
#endif
};

void answer(const char *line) {
  if (strcmp(line, "redirect") == 0) {
    table[1].operation = minus;
    say("done");
    return;
  }
  int i = atoi(line);
  say("%s %s", table[i].operation(4, 1), table[i].object->text);
}

int main(void) { return serve(); }
