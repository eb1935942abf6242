// The thread that a request interrupts holds the lock of the program's own allocator:
// computing in a function of any name, in the middle of a malloc that was jumped to, or
// asleep.  The agent's thread needs memory, so it waits for that lock; the thread does
// not wait for the agent.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask compute' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask malloc' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask thread' 'ask compute' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask thread' 'ask malloc' 'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask thread' 'ask sleep' 'apply %t.so' 'ask value' | FileCheck %s
//
// Of a robust lock libc keeps a list in the data of the thread that holds it.
// RUN: %drive --args=robust %t.1 'ask thread' 'ask compute' 'apply %t.so' 'ask value' | FileCheck %s
//
// What was made for the last request is used up before the next one.
// RUN: %drive %t.1 'ask thread' 'run dsuctl status $PID >/dev/null' 'ask small' 'ask compute' 'apply %t.so' \
// RUN:   'ask value' | FileCheck %s
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>

enum { HELD_MS = 500, HEAP = 64 << 20 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static volatile int slow;
static _Alignas(16) char heap[HEAP];
static size_t used;

static long now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static NOINLINE void compute(void) {
  for (long end = now_ms() + HELD_MS; now_ms() < end;)
    ;
}

/* Never gives anything back. */
static NOINLINE void *take(size_t size) {
  pthread_mutex_lock(&lock);
  if (slow) {
    slow = 0;
    say("slow");
    compute();
  }
  char *result = heap + used;
  used += (size + 31) & ~(size_t)15;
  pthread_mutex_unlock(&lock);
  *(size_t *)result = size;
  return result + 16;
}

void *malloc(size_t size) { return take(size); }
void *calloc(size_t count, size_t size) { return take(count * size); }
void free(void *unused) { (void)unused; }

void *realloc(void *old, size_t size) {
  void *result = take(size);
  size_t before = old ? *(size_t *)((char *)old - 16) : 0;
  return memcpy(result, old ? old : "", before < size ? before : size);
}

static NOINLINE void check_heap(void) {
  pthread_mutex_lock(&lock);
  say("computing");
  compute();
  pthread_mutex_unlock(&lock);
}

static NOINLINE void wait_for_room(void) {
  static pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;
  struct timespec until;
  clock_gettime(CLOCK_REALTIME, &until);
  until.tv_sec += 1;
  pthread_mutex_lock(&lock);
  pthread_mutex_lock(&own);
  say("sleeping");
  pthread_cond_timedwait(&never, &own, &until);
  pthread_mutex_unlock(&own);
  pthread_mutex_unlock(&lock);
}

static NOINLINE int value(void) { return opaque(VERSION); }

static void *stay(void *unused) {
  for (;;)
    pause();
  return unused;
}

static void make_thread(size_t stack) {
  pthread_t thread;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, stack);
  pthread_create(&thread, &attributes, stay, NULL);
}

void answer(const char *line) {
  if (strcmp(line, "compute") == 0) {
    check_heap();
  } else if (strcmp(line, "sleep") == 0) {
    wait_for_room();
  } else if (strcmp(line, "malloc") == 0) {
    slow = 1;
    free(malloc(100));
  } else if (strcmp(line, "value") == 0) {
    say("%d", value());
  } else {
    make_thread(*line == 's' ? 128 << 10 : 1 << 20);
    say("made");
  }
}

static void make_robust(void) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  pthread_mutex_init(&lock, &attributes);
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc > 1)
    make_robust();
  return serve();
}
