// The frame of main never leaves, and a global points to one of its arrays, which
// main itself does not use any more.  A version in which the array is larger cannot
// be applied: new code would write beyond the old one.  If the array stays as large
// as it is, main may change before its loop.  The same without LTO, where clang describes
// local variables otherwise.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV2 -DLARGER %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.2.so
// RUN: %exits 3 dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.3.so > %t.report
// RUN: FileCheck %s --check-prefix=REPORT < %t.report
// RUN: %dsu-cc --dsu-no-lto %s -o %t.4 && %dsu-cc --dsu-no-lto -DV2 -DLARGER %s -o %t.5
// RUN: %exits 3 dsu-diff %t.4.dsu.bc %t.5.dsu.bc -o %t.5.so > %t.report
// RUN: FileCheck %s --check-prefix=REPORT < %t.report
// RUN: %drive %t.1 'ask x' 'apply %t.2.so' 'ask y' | FileCheck %s
//
// REPORT: 'main' stays on a stack for its thread's whole life
// REPORT: 0 of {{[0-9]+}} call site{{s?}} may stay
//
// CHECK:      x: xxxxxxxxxxxxxxx
// CHECK:      exit 0
// CHECK-NEXT: y: y-yyyyyyyyyyyyy
// CHECK-NEXT: serving
#include "serve.h"

#ifdef LARGER
#define SIZE 64
#else
#define SIZE 16
#endif

static char *buffer;

void answer(const char *line) {
  memset(buffer, line[0], SIZE - 1);
  buffer[SIZE - 1] = 0;
#ifdef V2
  buffer[1] = '-';
#endif
  say("%s", buffer);
}

static NOINLINE void serve_one(void) {
  static char line[256];
  if (!serve_line(line, sizeof(line)))
    exit(0);
  if (strcmp(line, "hello") == 0)
    say("hello");
  else
    answer(line);
}

int main(int argc, char **argv) {
  char array[SIZE];
  buffer = array;
#ifdef V2
  if (argc > 5)
    exit(1);
#endif
  for (;;)
    serve_one();
}
