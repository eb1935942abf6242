// A program may have functions of its own that are called like calls of POSIX:
// they are its own, for itself and after an update, and the runtime uses the
// system's.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask parse' 'apply %t.so' 'ask parse' 'revert' 'ask parse' \
// RUN:   | FileCheck %s
//
// CHECK:      parse: accept 1, sent 21, closed 9, slept 5
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: parse: accept 1, sent 42, closed 9, slept 5
// CHECK-NEXT: reverted
// CHECK:      exit 0
// CHECK-NEXT: parse: accept 1, sent 21, closed 9, slept 5
// CHECK-NEXT: serving
#define accept not_accept
#define send not_send
#define close not_close
#define open not_open
#define bind not_bind
#define listen not_listen
#define socket not_socket
#define poll not_poll
#define pause not_pause
#define sigaction(...) not_sigaction(__VA_ARGS__)
#define connect not_connect
#include "serve.h"
#undef accept
#undef send
#undef close
#undef open
#undef bind
#undef listen
#undef socket
#undef poll
#undef pause
#undef sigaction
#undef connect

static const char *next = "a+b";

NOINLINE int accept(int symbol) { return *next == symbol; }

NOINLINE int send(int number) {
#ifdef V2
  return opaque(number) * 2;
#else
  return opaque(number);
#endif
}

NOINLINE int close(const char *text) { return opaque((int)strlen(text)); }
NOINLINE int pause(int number) { return opaque(number); }
NOINLINE int open(void) { abort(); }
NOINLINE int bind(void) { abort(); }
NOINLINE int listen(void) { abort(); }
NOINLINE int socket(void) { abort(); }
NOINLINE int poll(void) { abort(); }
NOINLINE int sigaction(void) { abort(); }
NOINLINE int connect(void) { abort(); }

void answer(const char *line) {
  say("accept %d, sent %d, closed %d, slept %d", accept('a'), send(21),
      close("no number"), pause(5));
}

int main(void) { return serve(); }
