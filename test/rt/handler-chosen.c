// The kernel chooses a handler when it delivers the signal.  Of two signals
// that are delivered together the second one's handler runs first; what it
// installs for the first one is for the next time, not for the delivery under
// way, and stays installed.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include <signal.h>
#include <stdio.h>

static void first(int number) {
  (void)number;
  puts("first");
}

static void third(int number) {
  (void)number;
  puts("third");
}

static void second(int number) {
  (void)number;
  puts("second");
  struct sigaction action = {.sa_handler = third, .sa_flags = SA_RESETHAND};
  sigaction(SIGUSR1, &action, NULL);
}

/* Enough different ones that trampolines are used again. */
#define HANDLER(N)                                                             \
  static void handler_##N(int number) {                                        \
    (void)number;                                                              \
    printf("handler %d\n", 0##N);                                              \
  }
#define EIGHT(X, N)                                                            \
  X(N##0) X(N##1) X(N##2) X(N##3) X(N##4) X(N##5) X(N##6) X(N##7)
#define FORTY(X) EIGHT(X, 1) EIGHT(X, 2) EIGHT(X, 3) EIGHT(X, 4) EIGHT(X, 5)
FORTY(HANDLER)
#define ELEMENT(N) handler_##N,
static const sighandler_t many[] = {FORTY(ELEMENT)};

int main(void) {
  struct sigaction action = {.sa_handler = first};
  sigaction(SIGUSR1, &action, NULL);
  action.sa_handler = second;
  sigaction(SIGUSR2, &action, NULL);
  sigset_t both, old;
  sigemptyset(&both);
  sigaddset(&both, SIGUSR1);
  sigaddset(&both, SIGUSR2);
  sigprocmask(SIG_BLOCK, &both, &old);
  raise(SIGUSR1);
  raise(SIGUSR2);
  // CHECK:      second
  // CHECK-NEXT: first
  sigprocmask(SIG_SETMASK, &old, NULL);
  // CHECK-NEXT: third
  raise(SIGUSR1);
  sigaction(SIGUSR1, NULL, &action);
  // CHECK-NEXT: the default again
  puts(action.sa_handler == SIG_DFL ? "the default again" : "still there");

  int wrong = 0;
  for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
    sighandler_t before = signal(SIGUSR1, many[i]);
    wrong += before != (i == 0 ? SIG_DFL : many[i - 1]);
  }
  // CHECK-NEXT: 0 of 40 wrong
  printf("%d of %zu wrong\n", wrong, sizeof many / sizeof *many);
  // CHECK-NEXT: handler 47
  raise(SIGUSR1);
  signal(SIGUSR1, many[2]);
  // CHECK-NEXT: handler 10
  raise(SIGUSR1);
  return 0;
}
