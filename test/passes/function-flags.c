// What stands between a lifelong frame and the wait for the next event is
// marked (32): a function that waits, and one that calls a local function that
// does nothing else, giving up apart.  Not marked are a handler that waits in
// the midst of an event, what no lifelong function calls although it waits, and
// a wait of another kind, which may be one for a single client.  (All are redirected
// at their entry, 64; main is lifelong, 1.)
//
// RUN: %clang -O1 -I%source/rt/include -c %S/Inputs/dump-image.c -o %t.o
// RUN: %dsu-lto -O1 %s %t.o -o %t && %t < /dev/null | FileCheck %s
//
// CHECK: func {{.*}};give_up line [[#]] flags 64
// CHECK: func {{.*}};handle line [[#]] flags 64
// CHECK: func {{.*}};only_wait line [[#]] flags 96
// CHECK: func {{.*}};process line [[#]] flags 96
// CHECK: func {{.*}};process_by_helper line [[#]] flags 96
// CHECK: func {{.*}};process_by_poll line [[#]] flags 64
// CHECK: func elsewhere line [[#]] flags 64
// CHECK: func main line [[#]] flags 65
#include <poll.h>
#include <stdlib.h>
#include <sys/epoll.h>
#define NOINLINE __attribute__((noinline))

static struct epoll_event event;
static volatile int loops;
static int set;

static NOINLINE void give_up(void) { exit(2); }

static NOINLINE int only_wait(void) {
  int count = epoll_wait(set, &event, 1, 0);
  if (count > 1) {
    give_up();
    __builtin_unreachable();
  }
  return count;
}

static NOINLINE void note(void) { loops++; }

static NOINLINE void handle(void) {
  note();
  epoll_wait(set, &event, 1, 0);
}

static NOINLINE void process(void) {
  if (epoll_wait(set, &event, 1, 0) >= 0)
    handle();
}

static NOINLINE void process_by_helper(void) {
  if (only_wait() >= 0)
    handle();
}

static NOINLINE void process_by_poll(void) {
  struct pollfd wait = {.fd = set, .events = POLLIN};
  if (poll(&wait, 1, 0) >= 0)
    handle();
}

NOINLINE void elsewhere(void) {
  epoll_wait(set, &event, 1, 0);
  loops++;
}

static void (*volatile indirectly)(void) = elsewhere;

int main(void) {
  set = epoll_create1(0);
  while (loops < 10) {
    process();
    process_by_helper();
    process_by_poll();
    indirectly();
  }
}
