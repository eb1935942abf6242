// Threads that do nothing but pass values on, for some seconds.
#include "pass.h"

#include <pthread.h>
#include <time.h>

enum { WORKERS = 3, SECONDS = 4 };

static __thread int mine;
static _Atomic(long) rounds;

NOINLINE static int decode_mine(void) { return mine / UNIT; }

NOINLINE static int pass(int value) {
  mine = value * UNIT;
  place();
  int got = decode_mine();
  mine = -UNIT;
  return got;
}

static void *work(void *number) {
  time_t end = time(NULL) + SECONDS;
  for (int i = *(int *)number; time(NULL) < end; i++) {
    struct timespec moment = {.tv_nsec = 1000};
    nanosleep(&moment, NULL);
    for (int j = 0; j < 20; j++)
      check(pass(i), i, "pass");
    rounds++;
  }
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
  for (int i = 0; i < WORKERS; i++)
    pthread_join(workers[i], NULL);
  puts(rounds > 0 ? "right" : "idle");
  return 0;
}
