// Threads are cancelled while requests interrupt them: none is unwound out of the
// runtime's handler, and the process answers to the end.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'run for i in $(seq 300); do dsuctl status --timeout=5s $PID >/dev/null || echo failed; done' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
// CHECK-NOT:  failed
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <time.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static volatile int waiting;

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  (void)line;
  say("%d", value());
}

static void unlock(void *unused) {
  (void)unused;
  pthread_mutex_unlock(&lock);
}

static void *wait_for_ever(void *unused) {
  pthread_mutex_lock(&lock);
  pthread_cleanup_push(unlock, NULL);
  waiting = 1;
  for (;;)
    pthread_cond_wait(&never, &lock);
  pthread_cleanup_pop(1);
  return unused;
}

static long now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000 + now.tv_nsec;
}

static void *cancel(void *unused) {
  unsigned random = 1;
  for (;;) {
    pthread_t thread;
    waiting = 0;
    if (pthread_create(&thread, NULL, wait_for_ever, NULL) != 0)
      abort();
    while (!waiting)
      ;
    for (long end = now_ns() + rand_r(&random) % 60000; now_ns() < end;)
      ;
    pthread_cancel(thread);
    pthread_join(thread, NULL);
  }
  return unused;
}

static void *work(void *unused) {
  serve();
  _exit(0);
  return unused;
}

int main(void) {
  pthread_t worker, canceller;
  pthread_create(&worker, NULL, work, NULL);
  pthread_create(&canceller, NULL, cancel, NULL);
  pthread_join(canceller, NULL);
}
