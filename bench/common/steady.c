/*===- steady.c - makes runs of a server or client alike ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// To be preloaded where instructions are counted.  Random numbers become
// constant: a hash's seed decides how long its chains are, a list's levels how
// long a search is.  Limits on resources stay as they are: valgrind refuses to
// raise them, and memcached insists.
//
// With STEADY_CLOCK set, time is how often epoll_wait has returned: what is
// done every so often is then done after so many requests, however long they
// took.  Nothing wakes up because of time alone.  A signal (to end the server)
// lets much time pass, so that what it asks for is done soon.
//
//===----------------------------------------------------------------------===*/

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <time.h>

int setrlimit(__rlimit_resource_t resource, const struct rlimit *limit) {
  (void)resource;
  (void)limit;
  return 0;
}

ssize_t getrandom(void *buffer, size_t length, unsigned flags) {
  (void)flags;
  memset(buffer, 0x5a, length);
  return (ssize_t)length;
}

static const char *without_chance(const char *path) {
  return strcmp(path, "/dev/urandom") == 0 ? "/dev/zero" : path;
}

FILE *fopen(const char *path, const char *mode) {
  FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen");
  return real(without_chance(path), mode);
}

/* What fopen becomes where files may be large. */
FILE *fopen64(const char *path, const char *mode) {
  FILE *(*real)(const char *, const char *) = dlsym(RTLD_NEXT, "fopen64");
  return real(without_chance(path), mode);
}

/* Seeds made of time and process: rand and random begin as they always do. */
void srand(unsigned seed) { (void)seed; }

void srandom(unsigned seed) { (void)seed; }

/*--- Time -------------------------------------------------------------------*/

enum {
  WAKE_UP_NS = 50000,
  SIGNAL_NS = 2000000000,
  IDLE_MS = 5000, /* longer than between two requests */
  BEGIN = 1700000000
};

static bool steady_clock;
static int (*real_epoll_wait)(int, struct epoll_event *, int, int);
static int (*real_clock_gettime)(clockid_t, struct timespec *);
static _Atomic uint64_t passed_ns;

__attribute__((constructor)) static void begin(void) {
  steady_clock = getenv("STEADY_CLOCK") != NULL;
  real_epoll_wait = dlsym(RTLD_NEXT, "epoll_wait");
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

int epoll_wait(int epfd, struct epoll_event *events, int count, int timeout) {
  if (!steady_clock)
    return real_epoll_wait(epfd, events, count, timeout);
  /* A signal right before the wait does not end it, so none is without end. */
  bool waits = timeout > 0;
  int result = real_epoll_wait(epfd, events, count, waits ? IDLE_MS : timeout);
  passed_ns += result < 0 || (waits && result == 0) ? SIGNAL_NS : WAKE_UP_NS;
  return result;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
  if (!steady_clock)
    return real_clock_gettime(clock, now);
  uint64_t passed = passed_ns;
  *now = (struct timespec){.tv_sec = BEGIN + (time_t)(passed / 1000000000),
                           .tv_nsec = (long)(passed % 1000000000)};
  return 0;
}

int gettimeofday(struct timeval *now, void *zone) {
  struct timespec time;
  (void)zone;
  clock_gettime(CLOCK_REALTIME, &time);
  *now =
      (struct timeval){.tv_sec = time.tv_sec, .tv_usec = time.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *now) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  if (now)
    *now = time.tv_sec;
  return time.tv_sec;
}
