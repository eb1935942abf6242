// A constant table with function pointers: v2's table has another order, a new
// function and a changed one; code that uses it sees v2's table, whole.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 0' 'ask 1' 'apply %t.so' 'ask 0' 'ask 1' 'ask 2' 'revert' 'ask 0' 'ask 1' | FileCheck %s
//
// CHECK:      0: first 1
// CHECK-NEXT: 1: second 2
// CHECK:      exit 0
// CHECK-NEXT: 0: second 20
// CHECK-NEXT: 1: first 1
// CHECK-NEXT: 2: third 3
// CHECK:      exit 0
// CHECK-NEXT: 0: first 1
// CHECK-NEXT: 1: second 2
// CHECK-NEXT: serving
#include "serve.h"

struct command {
  const char *name;
  int (*run)(void);
};

static int first(void) { return 1; }
#ifdef V2
static int second(void) { return 20; }
static int third(void) { return 3; }
static const struct command commands[] = {
    {"second", second}, {"first", first}, {"third", third}};
#else
static int second(void) { return 2; }
static const struct command commands[] = {{"first", first}, {"second", second}};
#endif

void answer(const char *line) {
  const struct command *command = &commands[atoi(line)];
  say("%s %d", command->name, command->run());
}

int main(void) { return serve(); }
