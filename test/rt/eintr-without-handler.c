// Linux lets epoll_wait fail with EINTR also where this thread has run no
// handler: after a stop, or when a signal to the process has woken it and
// another thread took it.  The runtime must not be a cause of that, and cannot
// tell the causes apart: such an interruption is hidden.  The first line shows
// that there was one.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "real.h"
#include "state.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/wait.h>
#include <unistd.h>

static int epoll_fd, ends[2];

/* Stops the parent inside its call, lets it go on, and ends its wait. */
static pid_t start_stopper(void) {
  pid_t parent = getpid(), child = fork();
  if (child != 0)
    return child;
  wait_for_state(parent, 'S');
  kill(parent, SIGSTOP);
  wait_for_state(parent, 'T');
  kill(parent, SIGCONT);
  wait_for_state(parent, 'S'); /* in its call again, or in waitpid */
  if (write(ends[1], "x", 1) != 1)
    abort();
  _exit(0);
}

static void try_it(const char *name,
                   int (*call)(int, struct epoll_event *, int, int)) {
  pid_t child = start_stopper();
  struct epoll_event event;
  int result = call(epoll_fd, &event, 1, -1);
  int error = errno;
  waitpid(child, NULL, 0);
  printf("%s: %d%s\n", name, result,
         result < 0 && error == EINTR ? ", EINTR" : "");
  fflush(stdout);
  char byte;
  if (read(ends[0], &byte, 1) != 1)
    abort();
}

int main(void) {
  epoll_fd = epoll_create1(0);
  if (pipe(ends) != 0)
    return 1;
  struct epoll_event readable = {.events = EPOLLIN};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, ends[0], &readable);
  // CHECK: libc's: -1, EINTR
  try_it("libc's", DSU_REAL(epoll_wait));
  // CHECK-NEXT: the runtime's: 1
  // CHECK-NOT: EINTR
  try_it("the runtime's", epoll_wait);
  return 0;
}
