// The report says for which frames an update waits, and why: for calls that may wait
// themselves, for functions that go together with others that change, and, in its
// first line, for threads that never leave a function.  Where a frame may stay there
// is nothing to say.
//
// RUN: %versions && %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DELSEWHERE %s -o %t.new && %diff | FileCheck --check-prefix=STAYS %s
//
// CHECK: can be applied live, but not while a thread runs '{{.*}};serve' or waits in '{{.*}};take' for 'pthread_cond_wait'
// CHECK: changed {{.*}};consume {{.*}} in source
// CHECK-NEXT: may not be on a stack at all: it shares state with '{{.*}};produce', which changes, too
// CHECK: changed {{.*}};serve {{.*}} in source
// CHECK-NEXT: on a stack for the thread's whole life
// CHECK-NEXT: 0 of 2 call sites may stay on a stack
// CHECK: Notes
// CHECK: '{{.*}};take' changes around its call of 'pthread_cond_wait': while a thread waits there
//
// STAYS: can be applied live{{$}}
// STAYS: changed {{.*}};take {{.*}} in source
// STAYS-NEXT: 2 of 2 call sites may stay
// STAYS-NOT: not be on a stack
// STAYS-NOT: changes around its call
#include <pthread.h>
#include <unistd.h>

#ifdef NEW
#define STEP 2
#else
#define STEP 1
#endif

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t filled = PTHREAD_COND_INITIALIZER;
static int items, total;

__attribute__((noinline)) static void take(void) {
#ifdef ELSEWHERE
  write(1, "", 0);
#endif
  pthread_mutex_lock(&lock);
  if (items == 0)
    pthread_cond_wait(&filled, &lock);
  items -= STEP;
  pthread_mutex_unlock(&lock);
}

__attribute__((noinline)) static void produce(void) {
  total += STEP;
  getppid();
}

__attribute__((noinline)) static void consume(void) {
  getppid();
  total -= STEP;
}

__attribute__((noreturn)) static void *serve(void *unused) {
  for (;;) {
    take();
    usleep(STEP);
  }
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, serve, NULL);
  produce();
  consume();
  pthread_join(thread, NULL);
}
