// A frame's array has the length that the old version gave it.  If the new version
// makes it longer and what main calls writes that far, main may not stay where it
// passes the array on; if the length is the same, it may.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV2 -DLARGER %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.2.so
// RUN: %exits 3 dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.3.so > %t.report
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

static char line[256];

static NOINLINE void reply(char *buffer) {
  memset(buffer, line[0], SIZE - 1);
  buffer[SIZE - 1] = 0;
#ifdef V2
  buffer[1] = '-';
#endif
  say("%s", buffer);
}

void answer(const char *text) { say("%s", text); }

int main(int argc, char **argv) {
  char array[opaque(SIZE)];
#ifdef V2
  if (argc > 5)
    exit(1);
#endif
  while (serve_line(line, sizeof(line))) {
    if (strcmp(line, "hello") == 0)
      answer(line);
    else
      reply(array);
  }
  return 0;
}
