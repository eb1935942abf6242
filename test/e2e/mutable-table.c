// A mutable table takes v2's content element by element, in nested structs and
// C strings too; an element of an array that the program has changed keeps the
// program's value (of a struct: struct-kept-whole.c).  The revert turns back
// what it changed and nothing else.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so | FileCheck %s --check-prefix=REPORT
// RUN: %drive %t.1 'ask show' 'ask change' 'ask show' 'apply %t.so' 'ask show' 'revert' 'ask show' | FileCheck %s
//
// REPORT: settings
//
// CHECK:      show: port 1 limit 10 10 name one nested 5 6 list a b
// CHECK-NEXT: change: done
// CHECK-NEXT: show: port 1 limit 10 77 name one nested 5 6 list a mine
// CHECK:      exit 0
// CHECK-NEXT: show: port 2 limit 20 77 name two nested 5 60 list A mine
// CHECK:      exit 0
// CHECK-NEXT: show: port 1 limit 10 77 name one nested 5 6 list a mine
// CHECK-NEXT: serving
#include "serve.h"

struct settings {
  short port;
  const char *name;
  struct {
    char small;
    int values[2];
  } nested;
};

#ifdef V2
static struct settings settings = {2, "two", {1, {5, 60}}};
static long limits[2] = {20, 20};
static const char *list[2] = {"A", "B"};
#else
static struct settings settings = {1, "one", {1, {5, 6}}};
static long limits[2] = {10, 10};
static const char *list[2] = {"a", "b"};
#endif

void answer(const char *line) {
  if (strcmp(line, "change") == 0) {
    limits[1] = 77;
    list[1] = "mine";
    say("done");
  } else {
    say("port %d limit %ld %ld name %s nested %d %d list %s %s", settings.port,
        limits[0], limits[1], settings.name, settings.nested.values[0],
        settings.nested.values[1], list[0], list[1]);
  }
}

int main(void) { return serve(); }
