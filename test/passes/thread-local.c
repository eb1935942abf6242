// Thread-locals, initialized and not, external and static, keep their values
// for each thread.
//
// RUN: %same-as-plain -pthread %s
#include <pthread.h>
#include <stdio.h>

__thread int counted = 5;
static __thread char buffer[64];
static _Thread_local int never_written = 9;

__attribute__((noinline)) static int work(int n) {
  for (int i = 0; i < n; i++)
    counted += never_written;
  return snprintf(buffer, sizeof buffer, "%d", counted);
}

static void *thread(void *argument) {
  work(*(int *)argument);
  printf("%s\n", buffer);
  return NULL;
}

int main(void) {
  for (int i = 1; i < 4; i++) {
    pthread_t id;
    pthread_create(&id, NULL, thread, &i);
    pthread_join(id, NULL);
  }
  printf("%d %d\n", work(1), counted);
  return 0;
}
