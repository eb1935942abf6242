// Threads that wait in different cancellation points are cancelled after an update
// that held them there: their cleanup handlers run, in the new code.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'apply %t.so' 'ask cancel' 'ask start' 'revert' 'ask cancel' | FileCheck %s
//
// CHECK:      start: 3 threads
// CHECK:      exit 0
// CHECK-NEXT: cancel: 3 cancelled, cleanup 2
// CHECK-NEXT: start: 3 threads
// CHECK:      exit 0
// CHECK-NEXT: cancel: 3 cancelled, cleanup 1
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <semaphore.h>

enum { THREADS = 3 };

static pthread_t threads[THREADS];
static sem_t started, never;
static int idle[2], last_cleanup;

static void cleanup(void *unused) {
#ifdef V2
  last_cleanup = 2;
#else
  last_cleanup = 1;
#endif
}

static NOINLINE void wait_for_ever(long kind) {
  char byte;
  if (kind == 0)
    sem_wait(&never);
  else if (kind == 1)
    pause();
  else if (read(idle[0], &byte, 1) < 0)
    exit(3);
}

static void *work(void *kind) {
  pthread_cleanup_push(cleanup, NULL);
  sem_post(&started);
  for (;;)
    wait_for_ever((long)kind);
  pthread_cleanup_pop(0);
  return NULL;
}

static NOINLINE void start(void) {
  for (long i = 0; i < THREADS; ++i) {
    if (pthread_create(&threads[i], NULL, work, (void *)i))
      exit(3);
    sem_wait(&started);
  }
}

static NOINLINE int cancel(void) {
  int cancelled = 0;
  for (int i = 0; i < THREADS; ++i) {
    void *result;
    pthread_cancel(threads[i]);
    pthread_join(threads[i], &result);
    cancelled += result == PTHREAD_CANCELED;
  }
  return cancelled;
}

void answer(const char *line) {
  if (strcmp(line, "start") == 0) {
    start();
    say("%d threads", THREADS);
  } else {
    say("%d cancelled, cleanup %d", cancel(), last_cleanup);
  }
}

int main(void) {
  sem_init(&started, 0, 0);
  sem_init(&never, 0, 0);
  if (pipe(idle) != 0)
    return 3;
  return serve();
}
