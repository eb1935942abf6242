// A call that was interrupted by an update, made again and then succeeds leaves
// errno alone, as it would have without the update.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "state.h"
#include "stopper.h"
#include "thread.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

static int epoll_fd, ends[2];
static _Atomic(struct dsu_thread *) record;

static int by_epoll_wait(void) {
  struct epoll_event event;
  return epoll_wait(epoll_fd, &event, 1, 60000);
}

static int by_poll(void) {
  struct pollfd readable = {.fd = ends[0], .events = POLLIN};
  return poll(&readable, 1, -1);
}

static int by_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  return select(ends[0] + 1, &set, NULL, NULL, NULL);
}

static void *wait_once(void *call) {
  poll(NULL, 0, 0);               /* has a record now */
  dsu_self_record->cancelled = 1; /* so that it is called by the signal */
  atomic_store(&record, dsu_self_record);
  errno = ENOTTY;
  int result = ((int (*)(void))call)();
  printf("%d, %s, %s\n", result, strerrorname_np(errno),
         dsu_signal_counts.ours > 0 ? "interrupted" : "not interrupted");
  fflush(stdout);
  return NULL;
}

static void try_call(int (*call)(void)) {
  pthread_t thread;
  atomic_store(&record, NULL);
  pthread_create(&thread, NULL, wait_once, (void *)call);
  while (!atomic_load(&record) || !atomic_load(&record)->in)
    sched_yield();
  for (int i = 0; i < 3; i++) {
    wait_for_state(atomic_load(&record)->tid, 'S');
    stopper_run(NULL, 0, 1000);
  }
  if (write(ends[1], "x", 1) != 1)
    abort();
  pthread_join(thread, NULL);
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
  // CHECK: 1, ENOTTY, interrupted
  try_call(by_epoll_wait);
  // CHECK-NEXT: 1, ENOTTY, interrupted
  try_call(by_poll);
  // CHECK-NEXT: 1, ENOTTY, interrupted
  try_call(by_select);
  return 0;
}
