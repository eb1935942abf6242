/*===- threads.c - a program of many threads to be updated --------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: threads idle|busy NUMBER
//
// `idle`: all threads wait on a condition, as the workers of a server without
// clients do.  `busy`: all compute for ever, calling updatable functions and
// now and then the one that the two versions differ in.  Prints "ready", and
// ends with its input.
//
//===----------------------------------------------------------------------===*/

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NOINLINE __attribute__((noinline))

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t wanted = PTHREAD_COND_INITIALIZER;
static atomic_uint started;
static volatile uint64_t sink;

/* The version of the program, told to nobody but the linker. */
static NOINLINE uint64_t value(uint64_t x) {
#ifdef V2
  return x * 3 + 2;
#else
  return x * 5 + 1;
#endif
}

static NOINLINE uint64_t step(uint64_t x) {
  return (x ^ (x >> 7)) * 0x9e3779b97f4a7c15;
}

static NOINLINE uint64_t compute(uint64_t x) {
  for (int i = 0; i < 100000; i++)
    x = step(x);
  return value(x);
}

static void *wait_for_ever(void *unused) {
  atomic_fetch_add(&started, 1);
  pthread_mutex_lock(&lock);
  for (;;) {
    pthread_cond_wait(&wanted, &lock);
    sink += value(sink);
  }
  return unused;
}

static void *compute_for_ever(void *unused) {
  atomic_fetch_add(&started, 1);
  for (;;)
    sink = compute(sink);
  return unused;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: %s idle|busy NUMBER\n", argv[0]);
    return 2;
  }
  void *(*work)(void *) =
      strcmp(argv[1], "busy") == 0 ? compute_for_ever : wait_for_ever;
  /* main is one of them: it waits, too. */
  unsigned number = (unsigned)atoi(argv[2]) - 1;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 65536);
  for (unsigned i = 0; i < number; i++) {
    pthread_t thread;
    if (pthread_create(&thread, &attributes, work, NULL)) {
      perror("threads");
      return 1;
    }
  }
  while (atomic_load(&started) < number)
    usleep(1000);
  puts("ready");
  fflush(stdout);
  if (number == 0 && work == compute_for_ever)
    compute_for_ever(NULL);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0)
    ;
  return 0;
}
