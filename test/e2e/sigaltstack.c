// A thread is inside a signal handler on an alternate stack: its trace is read
// through the handler to the end.  The changed function beneath the handler blocks
// the update; one that is nowhere does not.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2 && %dsu-cc -DV3 %s -o %t.3
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.to2.so
// RUN: dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.to3.so
// RUN: %drive %t.1 'ask raise' 'apply --timeout=100ms %t.to2.so' 'apply %t.to3.so' 'ask go' 'get' 'ask value' | FileCheck %s
//
// CHECK:      raise: in the handler, on its own stack
// CHECK-NEXT: a function that the patch changes is on a stack: {{.*}};interrupted in frame
// CHECK:      exit 4
// CHECK:      exit 0
// CHECK-NEXT: go: handler ends
// CHECK-NEXT: interrupted 1
// CHECK-NEXT: value: 3
// CHECK-NEXT: serving
#include "serve.h"
#include <signal.h>

static char stack[65536];

static NOINLINE void interrupted(void) {
  raise(SIGUSR1);
#ifdef V2
  say("interrupted 2");
#else
  say("interrupted 1");
#endif
}

static NOINLINE int value(void) {
#ifdef V3
  return opaque(3);
#else
  return opaque(1);
#endif
}

static void handler(int number) {
  char line[16];
  int on_stack = line >= stack && line < stack + sizeof(stack);
  say("in the handler, %s", on_stack ? "on its own stack" : "elsewhere");
  serve_line(line, sizeof(line));
  say("handler ends");
}

void answer(const char *line) {
  if (strcmp(line, "raise") == 0)
    interrupted();
  else
    say("%d", value());
}

int main(void) {
  stack_t own = {.ss_sp = stack, .ss_size = sizeof(stack)};
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
  sigaltstack(&own, NULL);
  sigaction(SIGUSR1, &action, NULL);
  return serve();
}
