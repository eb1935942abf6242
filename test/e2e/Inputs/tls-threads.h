//===- tls-threads.h - two threads that ask for thread-locals ---*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: "main" is answered with what step() says in the first thread,
// "other" with what it says in a second one.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_TLS_THREADS_H
#define DSU_TEST_TLS_THREADS_H

#include "serve.h"

#include <pthread.h>
#include <semaphore.h>

static int step(void);

static sem_t asked, answered;

static void *other(void *unused) {
  for (;;) {
    sem_wait(&asked);
    say("%d", step());
    sem_post(&answered);
  }
  return unused;
}

static void ask_thread(const char *line) {
  if (line[0] == 'm') {
    say("%d", step());
    return;
  }
  sem_post(&asked);
  sem_wait(&answered);
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, other, NULL);
  return serve();
}

#endif // DSU_TEST_TLS_THREADS_H
