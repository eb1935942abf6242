// A thread's loop that waits in read, and a call behind the loop: frames may stay at
// that one, which does not help an update to come.  The first line says where the
// thread waits, the note in which lines calls are at which no frame may stay.
//
// RUN: %versions && %diff | FileCheck %s
// RUN: %diff --report=json | FileCheck --check-prefix=JSON %s
//
// CHECK: can be applied live, but not while a thread waits in '{{.*}};worker' for 'read'
// CHECK: 1 of 3 call sites may stay
// CHECK: '{{.*}};worker' may stay on a stack for its thread's whole life; the update waits until it is at one of the call sites after which nothing changed, not in a call of line [[#@LINE+22]], [[#@LINE+27]]{{$}}
// JSON: "other_call_lines": [
// JSON-NEXT: [[#@LINE+20]],
// JSON-NEXT: [[#@LINE+24]]
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

static int total;

__attribute__((noinline)) static int handle(char c) {
  total += c;
  return getppid() == 1;
}

__attribute__((noinline)) static void finish(void *memory) {
  getppid();
  free(memory);
}

static void *worker(void *memory) {
  char c;
  while (read(0, &c, 1) > 0) {
#ifdef NEW
    if (c == 10)
      continue;
#endif
    if (handle(c))
      break;
  }
  finish(memory);
  return NULL;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, worker, malloc(1));
  return pthread_join(thread, NULL);
}
