// A sleep ends although another thread's changes of ids interrupt it all the time: what
// is left of it is not taken from the kernel, which rounds up.
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 -pthread
// RUN: %drive %t.1 'ask nanosleep' 'ask clock_nanosleep' 'ask usleep' | FileCheck %s
//
// CHECK:      nanosleep: 0
// CHECK-NEXT: clock_nanosleep: 0
// CHECK-NEXT: usleep: 0
// CHECK-NEXT: serving
#include "serve.h"

#include <pthread.h>
#include <stdatomic.h>
#include <time.h>

static atomic_bool over;

static void *change_ids(void *unused) {
  while (!over)
    if (seteuid(1000) != 0 || seteuid(0) != 0)
      _exit(3);
  return unused;
}

void answer(const char *line) {
  const struct timespec wanted = {.tv_nsec = 200000000};
  pthread_t thread;
  over = 0;
  pthread_create(&thread, NULL, change_ids, NULL);
  const int result = *line == 'n' ? nanosleep(&wanted, NULL)
                     : *line == 'c'
                         ? clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, NULL)
                         : usleep(200000);
  over = 1;
  pthread_join(thread, NULL);
  say("%d", result);
}

int main(void) { return serve(); }
