// A variadic function changes; integers, doubles and strings arrive as before.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask 7' 'apply %t.so' 'ask 7' 'revert' 'ask 7' | FileCheck %s
//
// CHECK:      7: v1 9.5 text
// CHECK:      exit 0
// CHECK-NEXT: 7: v2 23.5 text
// CHECK:      exit 0
// CHECK-NEXT: 7: v1 9.5 text
// CHECK-NEXT: serving
#include "serve.h"

#ifdef V2
#define VERSION 2
#define SCALE 3
#else
#define VERSION 1
#define SCALE 1
#endif

static NOINLINE double sum(const char **text, const char *kinds, ...) {
  double total = 0;
  va_list arguments;
  va_start(arguments, kinds);
  for (; *kinds; ++kinds) {
    if (*kinds == 'd')
      total += va_arg(arguments, double);
    else if (*kinds == 'i')
      total += SCALE * va_arg(arguments, int);
    else
      *text = va_arg(arguments, const char *);
  }
  va_end(arguments);
  return total;
}

void answer(const char *line) {
  const char *text = "";
  double total = sum(&text, "idsd", atoi(line), 2.0, "text", 0.5);
  say("v%d %.1f %s", VERSION, total, text);
}

int main(void) { return serve(); }
