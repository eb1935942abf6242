// 250 threads, some waiting and some computing, are all held for the update; each
// runs the new code afterwards, none is lost.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'ask round' 'apply %t.so' 'ask round' 'revert' 'ask round' | FileCheck %s
//
// CHECK:      start: 250
// CHECK-NEXT: round: sum 248
// CHECK:      251 threads held
// CHECK:      exit 0
// CHECK-NEXT: round: sum 496
// CHECK:      exit 0
// CHECK-NEXT: round: sum 248
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>

enum { THREADS = 248, BUSY = 2 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int round_number, done, sum, started;
static volatile long spins;

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE void one_round(int number) {
  while (round_number < number)
    pthread_cond_wait(&changed, &lock);
  sum += value();
  if (++done == THREADS)
    pthread_cond_broadcast(&changed);
}

static void *work(void *unused) {
  pthread_mutex_lock(&lock);
  ++started;
  pthread_cond_broadcast(&changed);
  for (int number = 1;; ++number)
    one_round(number);
  return unused;
}

static void *spin(void *unused) {
  __atomic_add_fetch(&started, 1, __ATOMIC_SEQ_CST);
  for (;;)
    ++spins;
  return unused;
}

static NOINLINE void start(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 65536);
  for (int i = 0; i < THREADS + BUSY; ++i)
    if (pthread_create(&thread, &attributes, i < THREADS ? work : spin, NULL))
      exit(3);
  pthread_mutex_lock(&lock);
  while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < THREADS)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  while (__atomic_load_n(&started, __ATOMIC_SEQ_CST) < THREADS + BUSY)
    sched_yield();
}

static NOINLINE void next_round(void) {
  pthread_mutex_lock(&lock);
  sum = done = 0;
  ++round_number;
  pthread_cond_broadcast(&changed);
  while (done < THREADS)
    pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
}

void answer(const char *line) {
  if (strcmp(line, "start") == 0) {
    start();
    say("%d", started);
  } else {
    next_round();
    say("sum %d", sum);
  }
}

int main(void) { return serve(); }
