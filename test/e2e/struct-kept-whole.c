// A pointer and its length belong together: where the program has changed one
// element of a struct, all of it is kept, also if only a counter changed whose
// initial value is the same in both versions; what the program has not touched
// takes all of v2's content. Each struct of an array is taken for itself, an
// array of numbers by its elements. The revert treats them alike.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask change' 'ask show' 'apply %t.so' 'ask show' 'status' 'ask later' 'revert' 'ask show' | FileCheck %s
//
// CHECK:      change: done
// CHECK-NEXT: show: one= one=1 one+5 pair hey 3 numbers 7 1
// CHECK:      exit 0
// CHECK-NEXT: show: one= longer=2 one+5 pair hey 3 numbers 7 2
// CHECK:      0 functions replaced, 13 values in tables
// CHECK:      later: done
// CHECK:      exit 0
// CHECK-NEXT: show: one= longer=9 one+5 pair hey 3 numbers 7 1
// CHECK-NEXT: serving
#include "serve.h"

struct text {
  const char *p;
  unsigned length, extra, used;
};

#ifdef V2
static struct text texts[] = {
    {"longer", 6, 2, 0}, {"longer", 6, 2, 0}, {"longer", 6, 2, 0}};
static struct text pair = {"longer", 6, 0, 0};
static int numbers[2] = {2, 2};
#else
static struct text texts[] = {
    {"one", 3, 1, 0}, {"one", 3, 1, 0}, {"one", 3, 1, 0}};
static struct text pair = {"one", 3, 0, 0};
static int numbers[2] = {1, 1};
#endif

void answer(const char *line) {
  if (strcmp(line, "change") == 0) {
    texts[0].extra = 0;
    texts[2].used = 5;
    pair.p = strdup("hey");
    numbers[0] = 7;
    say("done");
  } else if (strcmp(line, "later") == 0) {
    texts[1].extra = 9;
    say("done");
  } else {
    say("%.*s= %.*s=%u %.*s+%u pair %.*s %u numbers %d %d", texts[0].length,
        texts[0].p, texts[1].length, texts[1].p, texts[1].extra,
        texts[2].length, texts[2].p, texts[2].used, pair.length, pair.p,
        pair.length, numbers[0], numbers[1]);
  }
}

int main(void) { return serve(); }
