// A signal handler is a changed function: the kernel holds its stable address, so
// the next signal runs the new code.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask raise' 'apply %t.so' 'ask raise' 'run kill -USR1 $PID' 'get' 'revert' 'ask raise' | FileCheck %s
//
// CHECK:      raise: handler 1
// CHECK:      exit 0
// CHECK-NEXT: raise: handler 2
// CHECK:      handler 2
// CHECK:      exit 0
// CHECK-NEXT: raise: handler 1
// CHECK-NEXT: serving
#include "serve.h"
#include <signal.h>

static void handler(int number) {
#ifdef V2
  say("handler 2");
#else
  say("handler 1");
#endif
}

void answer(const char *line) { raise(SIGUSR1); }

int main(void) {
  struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  return serve();
}
