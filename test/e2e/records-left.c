// Threads that end without libc (SYS_exit), or are in a window once more while they end,
// leave the runtime's record of them behind.  It is not counted: other threads, which were
// never in a window and have none, would be missed for it.  And many such threads are found.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask leave' 'ask wait 1' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask late' 'ask wait 1' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask leave' 'ask wait 3000' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      {{leave|late}}: left
// CHECK-NEXT: wait {{[0-9]+}}: waiting
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>

static NOINLINE int value(void) { return opaque(VERSION); }

static pthread_key_t key;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static atomic_int waiting;
static atomic_bool left;

static void *leave(void *unused) {
  poll(NULL, 0, 0);
  left = true;
  syscall(SYS_exit, 0);
  return unused;
}

/* As a logger or an allocator does, in each of libc's rounds. */
static void once_more(void *value) {
  poll(NULL, 0, 0);
  pthread_setspecific(key, value);
}

static void *end_late(void *value) {
  poll(NULL, 0, 0);
  pthread_setspecific(key, value);
  return value;
}

static void *wait_here(void *unused) {
  ++waiting;
  pthread_mutex_lock(&mutex);
  pthread_mutex_unlock(&mutex);
  return unused;
}

static void make_waiting(int count) {
  pthread_attr_t attributes;
  pthread_t thread;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 64 << 10);
  pthread_mutex_lock(&mutex);
  for (int i = 0; i < count; ++i)
    if (pthread_create(&thread, &attributes, wait_here, NULL) != 0)
      exit(2);
  while (waiting != count)
    sched_yield();
}

void answer(const char *line) {
  pthread_t thread;
  if (strcmp(line, "leave") == 0) {
    pthread_create(&thread, NULL, leave, NULL);
    while (!left)
      sched_yield();
    say("left");
  } else if (strcmp(line, "late") == 0) {
    pthread_key_create(&key, once_more);
    pthread_create(&thread, NULL, end_late, &key);
    pthread_join(thread, NULL);
    say("left");
  } else if (strncmp(line, "wait ", 5) == 0) {
    make_waiting(atoi(line + 5));
    say("waiting");
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
