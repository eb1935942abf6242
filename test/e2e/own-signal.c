// A program that asks for the runtime's signal is told that it has it, as with any
// other; the runtime stays reachable.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask take' 'ask block' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      take: {{.+}}
// CHECK-NEXT: block: done
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <signal.h>

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "take") == 0) {
    say("%s",
        signal(SIGRTMAX - 3, SIG_IGN) == SIG_ERR ? "refused" : "accepted");
  } else if (strcmp(line, "block") == 0) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    say("done");
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
