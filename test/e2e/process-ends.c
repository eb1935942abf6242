// The program ends while an update waits for it: dsuctl says so, and does not hang.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask wait' 'start dsuctl apply --wait $PID %t.so' 'run until grep -q dsu-agent /proc/$PID/task/*/comm; do :; done' 'send quit' 'join' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK:      dsuctl: process {{[0-9]+}}: {{there is no such process|the process does not answer}}
// CHECK:      exit 6
#include "serve.h"

static NOINLINE int value(int wait) {
  char line[16];
  if (wait) {
    say("waiting");
    serve_line(line, sizeof(line));
    if (line[0] == 'q')
      _exit(0);
  }
  return opaque(VERSION);
}

void answer(const char *line) { say("%d", value(line[0] == 'w')); }

int main(void) { return serve(); }
