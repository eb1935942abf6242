// A timer of the program's own interrupts it a thousand times a second, on an
// alternate stack, while a patch goes in and out: no signal is lost on the
// handler's side, and no call fails.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do dsuctl apply --timeout=20s $PID %t.so >/dev/null || echo refused; dsuctl revert --timeout=20s $PID >/dev/null || echo refused; done; echo over' \
// RUN:   'apply --timeout=20s %t.so' 'ask stop' | FileCheck %s
//
// CHECK:      start: done
// CHECK-NEXT: over
// CHECK:      exit 0
// CHECK-NEXT: stop: the handler ran, none wrong, all on its stack
// CHECK-NEXT: serving
#include "serve.h"
#include <errno.h>
#include <signal.h>
#include <sys/time.h>

static char stack[65536];
static volatile int ran, wrong, elsewhere;

static NOINLINE int value(int x) {
#ifdef V2
  return 2 * x + opaque(0);
#else
  return x + opaque(0);
#endif
}

static void handler(int number) {
  char here;
  int before = errno;
  ++ran;
  elsewhere += !(&here >= stack && &here < stack + sizeof(stack));
  int result = value(number);
  wrong += result != SIGALRM && result != 2 * SIGALRM;
  errno = before;
}

static void set_timer(int microseconds) {
  struct itimerval timer = {{0, microseconds}, {0, microseconds}};
  setitimer(ITIMER_REAL, &timer, NULL);
}

void answer(const char *line) {
  if (strcmp(line, "start") == 0) {
    set_timer(1000);
    say("done");
    return;
  }
  set_timer(0);
  say("%s, %s, %s", ran ? "the handler ran" : "it never ran",
      wrong ? "some wrong" : "none wrong",
      elsewhere ? "not all on its stack" : "all on its stack");
}

int main(void) {
  stack_t own = {.ss_sp = stack, .ss_size = sizeof(stack)};
  struct sigaction action = {.sa_handler = handler,
                             .sa_flags = SA_ONSTACK | SA_RESTART};
  sigaltstack(&own, NULL);
  sigaction(SIGALRM, &action, NULL);
  return serve();
}
