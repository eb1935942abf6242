// However a handler is installed, it is called as the C library would call it,
// and outside of the window that it interrupts: sigset, siginterrupt and their
// relatives are no ways around the runtime.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#define _XOPEN_SOURCE_EXTENDED 1
#include "stopper.h"
#include "thread.h"

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

sighandler_t bsd_signal(int number, sighandler_t function);
sighandler_t sysv_signal(int number, sighandler_t function);

static const char *called = "nobody";
static uint32_t in_window;

static void note(const char *who) {
  called = who;
  in_window = dsu_self_record ? dsu_self_record->in : 2;
}
static void first(int number) {
  (void)number;
  note("first");
}
static void second(int number) {
  (void)number;
  note("second");
}

static void set_alarm(int again_us) {
  struct itimerval soon = {.it_value.tv_usec = 50000,
                           .it_interval.tv_usec = again_us};
  setitimer(ITIMER_REAL, &soon, NULL);
}

/* The handler of SIGALRM runs in the middle of a window. */
static void wait_for_alarm(const char *name) {
  sigset_t alarm, none;
  sigemptyset(&none);
  sigemptyset(&alarm);
  sigaddset(&alarm, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarm, NULL);
  set_alarm(0);
  sigsuspend(&none);
  sigprocmask(SIG_UNBLOCK, &alarm, NULL);
  printf("%s: %s, in a window: %u\n", name, called, in_window);
}

static void read_with_alarm(const char *name, int fd) {
  char byte;
  set_alarm(50000); /* again and again, lest the only one come before */
  ssize_t result = read(fd, &byte, 1);
  int error = errno;
  struct itimerval never = {0};
  setitimer(ITIMER_REAL, &never, NULL);
  printf("%s: %s\n", name,
         result < 0 && error == EINTR ? "interrupted" : "not interrupted");
}

int main(void) {
  usleep(1);
  signal(SIGALRM, first);
  sighandler_t old = sigset(SIGALRM, second);
  // CHECK: sigset gives back: first
  printf("sigset gives back: %s\n", old == first ? "first" : "another");
  // CHECK-NEXT: sigset: second, in a window: 0
  wait_for_alarm("sigset");
  old = signal(SIGALRM, old);
  // CHECK-NEXT: signal gives back: second
  printf("signal gives back: %s\n", old == second ? "second" : "another");
  // CHECK-NEXT: put back: first, in a window: 0
  wait_for_alarm("put back");
  bsd_signal(SIGALRM, second);
  // CHECK-NEXT: bsd_signal: second, in a window: 0
  wait_for_alarm("bsd_signal");
  ssignal(SIGALRM, first);
  // CHECK-NEXT: ssignal: first, in a window: 0
  wait_for_alarm("ssignal");
  sysv_signal(SIGALRM, second);
  // CHECK-NEXT: sysv_signal: second, in a window: 0
  wait_for_alarm("sysv_signal");
  // CHECK-NEXT: once: the default again
  printf("once: %s\n", signal(SIGALRM, first) == SIG_DFL ? "the default again"
                                                         : "still there");
  // CHECK-NEXT: held: first
  printf("held: %s\n",
         sigset(SIGALRM, SIG_HOLD) == first ? "first" : "another");
  // CHECK-NEXT: held again: held
  printf("held again: %s\n",
         sigset(SIGALRM, second) == SIG_HOLD ? "held" : "not held");
  // CHECK-NEXT: not held any more: second
  printf("not held any more: %s\n",
         sigset(SIGALRM, first) == second ? "second" : "another");

  int ends[2];
  if (pipe(ends) != 0)
    return 1;
  siginterrupt(SIGALRM, 1);
  signal(SIGALRM, first);
  // CHECK-NEXT: siginterrupt, then signal: interrupted
  read_with_alarm("siginterrupt, then signal", ends[0]);
  struct sigaction action;
  siginterrupt(SIGALRM, 0);
  sigaction(SIGALRM, NULL, &action);
  // CHECK-NEXT: siginterrupt taken back: restarts
  printf("siginterrupt taken back: %s\n",
         action.sa_flags & SA_RESTART ? "restarts" : "interrupts");
  // CHECK-NEXT: as installed: first, without siginfo
  printf("as installed: %s, %s siginfo\n",
         action.sa_handler == first ? "first" : "another",
         action.sa_flags & SA_SIGINFO ? "with" : "without");
  return 0;
}
