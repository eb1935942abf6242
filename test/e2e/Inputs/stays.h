//===- stays.h - a thread that stays in a changed function -----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: the whole program of tests in which an update has to wait.
// "enter" sends a thread into value(), which the versions have different, and
// "leave" lets it out; "value" asks for its result.  A test may have more lines
// by defining STAYS_ANSWER, a function that says something.  An
// attempt at the update has failed when the agent is in the system call
// nanosleep, number 35, which nothing here makes.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_STAYS_H
#define DSU_TEST_STAYS_H

#include "serve.h"
#include <pthread.h>
#include <semaphore.h>

static pthread_t thread;
static sem_t inside, leave;

static NOINLINE int value(int stay) {
  if (stay) {
    sem_post(&inside);
    sem_wait(&leave);
  }
  return opaque(VERSION);
}

static void *enter(void *unused) {
  value(1);
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "enter") == 0) {
    pthread_create(&thread, NULL, enter, NULL);
    sem_wait(&inside);
    say("entered");
  } else if (strcmp(line, "leave") == 0) {
    sem_post(&leave);
    pthread_join(thread, NULL);
    say("left");
  } else if (strcmp(line, "value") == 0) {
    say("%d", value(0));
  }
#ifdef STAYS_ANSWER
  else
    STAYS_ANSWER(line);
#endif
}

int main(void) { return serve(); }

#endif // DSU_TEST_STAYS_H
