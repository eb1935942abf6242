// Workers that store and read while another thread is updated: every thread's
// stack counts.
#include "pass.h"

#include <pthread.h>

enum { WORKERS = 3, ROUNDS = 40 };

static __thread int mine;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int total;

NOINLINE static int decode_mine(void) { return mine / UNIT; }

NOINLINE static int pass(int value) {
  mine = value * UNIT;
  pthread_mutex_lock(&lock);
  total++;
  place();
  pthread_mutex_unlock(&lock);
  int got = decode_mine();
  mine = -UNIT;
  return got;
}

static void *work(void *number) {
  for (int i = 1; i <= ROUNDS; i++)
    check(pass(i + *(int *)number), i + *(int *)number, "pass");
  return NULL;
}

int main(void) {
  pthread_t workers[WORKERS];
  int numbers[WORKERS];
  for (int i = 0; i < WORKERS; i++) {
    numbers[i] = i * 100;
    if (pthread_create(&workers[i], NULL, work, &numbers[i]))
      return 2;
  }
  for (int i = 1; i <= ROUNDS; i++)
    check(pass(i), i, "pass in main");
  for (int i = 0; i < WORKERS; i++)
    pthread_join(workers[i], NULL);
  check(total, (WORKERS + 1) * ROUNDS, "total");
  return 0;
}
