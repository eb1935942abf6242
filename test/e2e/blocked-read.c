// The only thread is blocked in read() on an empty pipe, for ever; the update does
// not wait for it, and the read goes on as if nothing had been.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask block' 'apply %t.so' 'run kill -USR2 $PID' 'get' 'get' | FileCheck %s
//
// CHECK:      block: blocking
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK:      handler runs version 2
// CHECK-NEXT: read got 1 byte: errno 0
// CHECK-NEXT: serving
#include "serve.h"
#include <errno.h>
#include <signal.h>

static int ends[2];

static NOINLINE int version(void) { return opaque(VERSION); }

static void on_signal(int number) {
  say("handler runs version %d", version());
  if (write(ends[1], "x", 1) != 1)
    exit(3);
}

void answer(const char *line) {
  char byte;
  say("blocking");
  errno = 0;
  ssize_t length = read(ends[0], &byte, 1);
  say("read got %zd byte: errno %d", length, errno);
}

int main(void) {
  struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigaction(SIGUSR2, &action, NULL);
  if (pipe(ends) != 0)
    return 3;
  return serve();
}
