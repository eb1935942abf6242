// backtrace_symbols names the functions that the program exports, as it does
// without DSU: crash reports of servers are made of this.  After an update, too.
//
// RUN: %dsu-cc -rdynamic %s -o %t.1 && %dsu-cc -rdynamic -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask frames' 'apply %t.so' 'ask frames' 'revert' 'ask frames' \
// RUN:   | FileCheck %s
//
// CHECK:      version 1: inner outer answer
// CHECK:      exit 0
// CHECK-NEXT: version 2: inner outer answer
// CHECK:      exit 0
// CHECK-NEXT: version 1: inner outer answer
// CHECK-NEXT: serving
#include "serve.h"

#include <execinfo.h>

static char line_of_names[256];

static void add_if(char *symbol, const char *name) {
  char *open = strchr(symbol, '(');
  size_t length = strlen(name);
  if (open && strncmp(open + 1, name, length) == 0 &&
      (open[1 + length] == '+' || open[1 + length] == '.'))
    strcat(strcat(line_of_names, " "), name);
}

NOINLINE void inner(void) {
  void *frames[16];
  int count = backtrace(frames, 16);
  char **symbols = backtrace_symbols(frames, count);
  line_of_names[0] = '\0';
  for (int i = 0; i < count; i++) {
    add_if(symbols[i], "inner");
    add_if(symbols[i], "outer");
    add_if(symbols[i], "answer");
  }
  free(symbols);
}

NOINLINE int outer(void) {
  inner();
  return VERSION;
}

void answer(const char *line) {
  (void)line;
  int version = outer();
  say("version %d:%s", version, line_of_names);
}

int main(void) { return serve(); }
