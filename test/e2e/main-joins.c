// The main thread waits in pthread_join for ever, and takes the request.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'ask value' 'revert' 'ask value' | FileCheck %s
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK:      serving
#include "serve.h"
#include <pthread.h>

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  (void)line;
  say("%d", value());
}

static void *work(void *unused) {
  serve();
  return unused;
}

int main(void) {
  pthread_t worker;
  if (pthread_create(&worker, NULL, work, NULL) != 0)
    return 1;
  pthread_join(worker, NULL);
  return 0;
}
