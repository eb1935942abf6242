// A handler that the program has installed by a raw system call is not counted
// by the runtime, but interrupts calls as ever: programs wait for that.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "raw-handler.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/time.h>

static volatile sig_atomic_t handled;

static void on_alarm(int number) {
  (void)number;
  handled = 1;
}

/* Again and again, lest the only one come before the call. */
static void set_alarm(void) {
  struct itimerval soon = {.it_value.tv_usec = 50000,
                           .it_interval.tv_usec = 50000};
  setitimer(ITIMER_REAL, &soon, NULL);
}

static void report(const char *name, int result) {
  int error = errno;
  struct itimerval never = {0};
  setitimer(ITIMER_REAL, &never, NULL);
  printf("%s: %s, handled %d\n", name,
         result < 0 && error == EINTR ? "EINTR" : "no EINTR", (int)handled);
  handled = 0;
}

int main(void) {
  struct epoll_event event;
  int fd = epoll_create1(0);
  install_raw(SIGALRM, on_alarm);
  set_alarm();
  // CHECK: epoll_wait: EINTR, handled 1
  report("epoll_wait", epoll_wait(fd, &event, 1, 10000));
  set_alarm();
  // CHECK-NEXT: poll: EINTR, handled 1
  report("poll", poll(NULL, 0, 10000));
  return 0;
}
