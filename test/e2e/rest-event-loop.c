// At level rest the part of an event loop that waits for the next event may be on
// a stack, as in redis: it is no frame that never leaves, but a thread that is
// blocked beneath it is between two events.  One that handles an event is not.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask value' 'apply --level=rest %t.so' 'ask value' 'revert --level=rest' 'ask wait' 'apply --level=rest --timeout=100ms %t.so' 'ask go' \
// RUN:   'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK:      level rest
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: wait: waiting
// CHECK-NEXT: a thread is not at rest: {{.+}}handle in frame
// CHECK:      exit 4
// CHECK-NEXT: go: go
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"
#include <sys/epoll.h>

static struct loop {
  int epoll, stop;
  struct epoll_event events[4];
} loop;

static NOINLINE int value(void) { return opaque(VERSION); }

/* Waits for a client in the midst of an event: this is not rest. */
static NOINLINE void handle(void) {
  static char line[64];
  struct epoll_event event;
  if (!serve_line(line, sizeof(line))) {
    loop.stop = 1;
  } else if (strcmp(line, "wait") == 0) {
    say("waiting");
    epoll_wait(loop.epoll, &event, 1, -1);
    serve_line(line, sizeof(line));
    say("%s", line);
  } else {
    say(strcmp(line, "hello") == 0 ? "hello" : "%d", value());
  }
}

static NOINLINE int poll_events(void) {
  int count = epoll_wait(loop.epoll, loop.events, 4, 1000);
  return opaque(count);
}

static NOINLINE void process_events(void) {
  int count = poll_events();
  for (int i = 0; i < count; i++)
    handle();
}

int main(void) {
  struct epoll_event event = {.events = EPOLLIN};
  loop.epoll = epoll_create1(0);
  epoll_ctl(loop.epoll, EPOLL_CTL_ADD, 0, &event);
  while (!loop.stop)
    process_events();
}
