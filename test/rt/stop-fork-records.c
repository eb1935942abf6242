// In a child of fork the records of its parent's other threads are free: a
// thread of the child that gets the number of one of them must not be taken for
// one that sits in a window.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "thread.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { THREADS = 5 };

static void *wait_for_ever(void *unused) {
  poll(NULL, 0, -1);
  return unused;
}

static void count_record(struct dsu_thread *thread, void *count) {
  (void)thread;
  ++*(int *)count;
}

static int count_records(void) {
  int count = 0;
  dsu_thread_each(count_record, &count);
  return count;
}

int main(void) {
  poll(NULL, 0, 0); /* a record of its own */
  for (int i = 0; i < THREADS; i++) {
    pthread_t thread;
    pthread_create(&thread, NULL, wait_for_ever, NULL);
  }
  while (count_records() < THREADS + 1)
    poll(NULL, 0, 1);
  // CHECK: parent: 6
  printf("parent: %d\n", count_records());
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    // CHECK-NEXT: child: 1, its own
    printf("child: %d, %s\n", count_records(),
           dsu_self_record->tid == getpid() ? "its own" : "another's");
    fflush(stdout);
    _exit(0);
  }
  waitpid(child, NULL, 0);
  return 0;
}
