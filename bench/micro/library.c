/*===- library.c - calls of the C library and of the kernel -------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: library STRETCHES MILLISECONDS [two]
//
// With `two` the program has a second thread, which only sleeps: the C library
// takes other paths then.  The calls that the runtime stands in for are
// measured where they do not block, which is where its part shows most, and
// once where they do (two threads that wake each other).
//
//===----------------------------------------------------------------------===*/

#define _GNU_SOURCE
#include "harness.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static FILE *null_file;
static int zero_fd, null_fd, pair[2], epoll;

/*--- Memory and stdio -------------------------------------------------------*/

static uint64_t allocate(uint64_t count, size_t size) {
  for (uint64_t i = 0; i < count; i++) {
    char *block = malloc(size);
    __asm__ volatile("" : "+r"(block) : : "memory");
    free(block);
  }
  return count;
}

static uint64_t run_malloc_small(uint64_t count) { return allocate(count, 24); }
static uint64_t run_malloc_large(uint64_t count) {
  return allocate(count, 5000);
}

static uint64_t run_putc(uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    putc('x', null_file);
  return count;
}

static uint64_t run_fwrite(uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    fwrite("0123456789abcdef", 1, 16, null_file);
  return count;
}

static uint64_t run_printf(uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    fprintf(null_file, "%d %s\n", (int)i, "text");
  return count;
}

/*--- System calls -----------------------------------------------------------*/

static uint64_t run_read(uint64_t count) {
  char byte;
  for (uint64_t i = 0; i < count; i++)
    harness_sink += (uint64_t)read(zero_fd, &byte, 1);
  return count;
}

static uint64_t run_write(uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    harness_sink += (uint64_t)write(null_fd, "x", 1);
  return count;
}

static uint64_t run_send_receive(uint64_t count) {
  char byte = 'x';
  for (uint64_t i = 0; i < count; i += 2) {
    harness_sink += (uint64_t)send(pair[0], &byte, 1, 0);
    harness_sink += (uint64_t)recv(pair[1], &byte, 1, 0);
  }
  return (count + 1) / 2 * 2;
}

static uint64_t run_poll(uint64_t count) {
  struct pollfd ready = {.fd = pair[0], .events = POLLOUT};
  for (uint64_t i = 0; i < count; i++)
    harness_sink += (uint64_t)poll(&ready, 1, 0);
  return count;
}

static uint64_t run_epoll(uint64_t count) {
  struct epoll_event event;
  for (uint64_t i = 0; i < count; i++)
    harness_sink += (uint64_t)epoll_wait(epoll, &event, 1, 0);
  return count;
}

static uint64_t run_nanosleep(uint64_t count) {
  struct timespec nothing = {0, 0};
  for (uint64_t i = 0; i < count; i++)
    nanosleep(&nothing, NULL);
  return count;
}

static uint64_t run_usleep(uint64_t count) {
  for (uint64_t i = 0; i < count; i++)
    usleep(1);
  return count;
}

/*--- Threads ----------------------------------------------------------------*/

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turned = PTHREAD_COND_INITIALIZER;
static uint64_t turn, last_turn;

static uint64_t run_mutex(uint64_t count) {
  for (uint64_t i = 0; i < count; i++) {
    pthread_mutex_lock(&lock);
    harness_sink++;
    pthread_mutex_unlock(&lock);
  }
  return count;
}

static NOINLINE void take_turns(uint64_t mine) {
  pthread_mutex_lock(&lock);
  while (turn < last_turn) {
    while (turn < last_turn && turn % 2 != mine)
      pthread_cond_wait(&turned, &lock);
    turn++;
    pthread_cond_signal(&turned);
  }
  pthread_mutex_unlock(&lock);
}

static void *be_other(void *unused) {
  take_turns(1);
  return unused;
}

static uint64_t run_condition(uint64_t count) {
  pthread_t other;
  turn = 0;
  last_turn = count;
  if (pthread_create(&other, NULL, be_other, NULL))
    return 1;
  take_turns(0);
  pthread_join(other, NULL);
  return count;
}

static uint64_t run_create(uint64_t count) {
  pthread_t other;
  turn = last_turn = 0;
  for (uint64_t i = 0; i < count; i++)
    if (pthread_create(&other, NULL, be_other, NULL) == 0)
      pthread_join(other, NULL);
  return count;
}

static void *sleep_for_ever(void *unused) {
  for (;;)
    pause();
  return unused;
}

/*--- The program ------------------------------------------------------------*/

static void open_files(void) {
  null_file = fopen("/dev/null", "w");
  zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
  null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
  epoll = epoll_create1(EPOLL_CLOEXEC);
  if (!null_file || zero_fd < 0 || null_fd < 0 || epoll < 0 ||
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair)) {
    perror("library");
    exit(1);
  }
  struct epoll_event event = {.events = EPOLLOUT};
  epoll_ctl(epoll, EPOLL_CTL_ADD, pair[0], &event);
}

/* These go for one thread and for two. */
#define COMMON_BENCHMARKS                                                      \
  {"malloc and free, 24 bytes", run_malloc_small},                             \
      {"malloc and free, 5000 bytes", run_malloc_large}, {"putc", run_putc},   \
      {"fwrite, 16 bytes", run_fwrite}, {"fprintf", run_printf},               \
      {"read", run_read}, {"write", run_write},                                \
      {"send, recv", run_send_receive}, {"poll", run_poll},                    \
      {"epoll_wait", run_epoll}, {"nanosleep(0)", run_nanosleep},              \
      {"usleep(1)", run_usleep}, {                                             \
    "mutex", run_mutex                                                         \
  }

int main(int argc, char **argv) {
  static const struct benchmark one_thread[] = {COMMON_BENCHMARKS, {0}};
  static const struct benchmark two_threads[] = {
      COMMON_BENCHMARKS,
      {"condition, two threads in turn", run_condition},
      {"pthread_create and join", run_create},
      {0}};
  open_files();
  if (argc < 4)
    return harness_main(argc, argv, one_thread);
  pthread_t sleeper;
  if (pthread_create(&sleeper, NULL, sleep_for_ever, NULL))
    return 1;
  return harness_main(argc, argv, two_threads);
}
