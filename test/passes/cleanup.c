// Calls that can unwind (invoke) go through slots, and cleanups run when an
// exception passes: here pthread_exit's forced unwinding.
//
// RUN: %same-as-plain -pthread -fexceptions %s
#include <pthread.h>
#include <stdio.h>

static void cleanup(int *value) { printf("cleanup %d\n", *value); }

__attribute__((noinline)) static void leave(void) { pthread_exit(NULL); }

__attribute__((noinline)) static void hold(int n) {
  __attribute__((cleanup(cleanup))) int value = n;
  if (n == 0)
    leave();
  hold(n - 1);
}

static void *thread(void *unused) {
  hold(3);
  return unused;
}

int main(void) {
  pthread_t id;
  pthread_create(&id, NULL, thread, NULL);
  pthread_join(id, NULL);
  return 0;
}
