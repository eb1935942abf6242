/*===- load.c - a load client that checks every reply ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See load.h.  Each thread drives its share of the connections by epoll:
//
//   load:   while time and number allow, every idle connection starts a step
//   drain:  what is in flight is awaited
//   sweep:  every connection reads all of its keys
//
// The first thread's caller only looks on, prints progress and the result.
//
//===----------------------------------------------------------------------===*/

#include "load.h"
#include "connection.h"
#include "latency.h"
#include "options.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

/* Counters that the progress line reads while the threads run. */
static atomic_uint_fast64_t started, finished, failed, dropped, swept;
static atomic_uint_fast64_t worst; /* latency since the last progress line */
static atomic_bool stop;
static atomic_uint threads_left;
static unsigned run_id;

struct worker {
  pthread_t thread;
  const struct load_options *options;
  const struct load_protocol *protocol;
  struct connection *connections;
  unsigned count;
  unsigned open;
  int epoll;
  bool sweeping;
  uint64_t deadline; /* of the load */
  struct latency latency;
};

static uint64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

static void give_up(struct worker *worker, struct connection *connection,
                    const char *problem, bool was_dropped) {
  bool busy = connection->state == CONNECTION_BUSY;
  if (busy || !was_dropped) {
    uint64_t before = atomic_fetch_add(&failed, 1);
    if (before < worker->options->show_failures)
      connection_describe(connection, problem);
  }
  if (was_dropped)
    atomic_fetch_add(&dropped, 1);
  connection_close(connection);
  worker->open--;
}

static void raise_worst(uint64_t latency) {
  uint64_t old = atomic_load_explicit(&worst, memory_order_relaxed);
  while (latency > old && !atomic_compare_exchange_weak(&worst, &old, latency))
    ;
}

static void finish_step(struct worker *worker, struct connection *connection) {
  uint64_t now = now_us(), latency = now - connection->started;
  connection->state = CONNECTION_IDLE;
  if (worker->sweeping) {
    atomic_fetch_add_explicit(&swept, 1, memory_order_relaxed);
    return;
  }
  latency_add(&worker->latency, latency);
  raise_worst(latency);
  atomic_fetch_add_explicit(&finished, 1, memory_order_relaxed);
}

static void handle(struct worker *worker, struct connection *connection,
                   enum connection_event event) {
  switch (event) {
  case CONNECTION_PENDING:
    break;
  case CONNECTION_DONE:
    finish_step(worker, connection);
    break;
  case CONNECTION_WRONG:
    give_up(worker, connection, "wrong reply", false);
    break;
  case CONNECTION_DROPPED:
    give_up(worker, connection, "the server closed the connection", true);
    break;
  }
}

static void clear_step(struct load_step *step) {
  step->request.length = step->expected.length = 0;
  step->has_hole = false;
  step->captured = NULL;
}

/* Takes one request from the total, if there is any left. */
static bool take_request(struct worker *worker, uint64_t now) {
  uint64_t limit = worker->options->requests;
  if (now >= worker->deadline || atomic_load(&stop))
    return false;
  if (limit &&
      atomic_fetch_add_explicit(&started, 1, memory_order_relaxed) >= limit)
    return false;
  return true;
}

/* Starts a step on an idle connection; false when there is none (left). */
static bool start_step(struct worker *worker, struct connection *connection,
                       uint64_t now) {
  clear_step(&connection->step);
  if (worker->sweeping) {
    if (!worker->protocol->sweep(connection->model, &connection->step))
      return false;
  } else {
    if (!take_request(worker, now))
      return false;
    worker->protocol->next(connection->model, &connection->step);
    connection->due += worker->options->interval_us;
    /* Do not catch up: a pause must not be followed by a burst. */
    if (connection->due < now)
      connection->due = now;
  }
  handle(worker, connection, connection_start(connection, now));
  return true;
}

/* Starts what may start and ends what waits too long.  Returns the number of
   connections with a request in flight, and when the next one may start. */
static unsigned tend(struct worker *worker, uint64_t *next_due, bool *over) {
  uint64_t now = now_us(), timeout = worker->options->timeout_us;
  unsigned busy = 0;
  for (unsigned i = 0; i < worker->count; i++) {
    struct connection *connection = &worker->connections[i];
    if (connection->state == CONNECTION_BUSY &&
        now > connection->started + timeout)
      give_up(worker, connection, "no reply in time", false);
    if (connection->state == CONNECTION_IDLE && !*over) {
      if (!worker->sweeping && connection->due > now) {
        if (connection->due < *next_due)
          *next_due = connection->due;
      } else if (!start_step(worker, connection, now) && !worker->sweeping) {
        *over = true;
      }
    }
    busy += connection->state == CONNECTION_BUSY;
  }
  return busy;
}

static void wait_for_events(struct worker *worker, uint64_t next_due) {
  struct epoll_event events[64];
  uint64_t now = now_us();
  uint64_t limit = now + 50000;
  if (next_due < limit)
    limit = next_due;
  /* A part of a millisecond is waited for in full: the rate is kept on
     average, as each connection knows when its next request is due. */
  int wait_ms = limit > now ? (int)((limit - now + 999) / 1000) : 0;
  int count = epoll_wait(worker->epoll, events, 64, wait_ms);
  for (int i = 0; i < count; i++) {
    struct connection *connection = events[i].data.ptr;
    if (connection->state != CONNECTION_CLOSED)
      handle(worker, connection, connection_advance(connection));
  }
}

/* One phase: until nothing can start any more and nothing is in flight. */
static void run_phase(struct worker *worker) {
  bool over = false;
  while (worker->open > 0) {
    uint64_t next_due = UINT64_MAX;
    unsigned busy = tend(worker, &next_due, &over);
    if (busy == 0 && (over || next_due == UINT64_MAX))
      return;
    if (now_us() >= worker->deadline || atomic_load(&stop))
      over = over || !worker->sweeping;
    wait_for_events(worker, next_due);
  }
}

static void *run_worker(void *argument) {
  struct worker *worker = argument;
  run_phase(worker);
  if (worker->options->sweep) {
    worker->sweeping = true;
    run_phase(worker);
  }
  for (unsigned i = 0; i < worker->count; i++)
    if (worker->connections[i].state != CONNECTION_CLOSED)
      connection_close(&worker->connections[i]);
  atomic_fetch_sub(&threads_left, 1);
  return NULL;
}

/* The same seed gives the same requests, but for the run's own part of each
   key: what an earlier run left in the server must not matter. */
static void *make_model(const struct worker *worker, unsigned number) {
  char prefix[32];
  snprintf(prefix, sizeof prefix, "%x:%u:", run_id, number);
  return worker->protocol->open(prefix,
                                worker->options->seed * 1000003 + number);
}

static void open_connections(struct worker *worker, unsigned first) {
  const struct load_options *options = worker->options;
  worker->epoll = epoll_create1(EPOLL_CLOEXEC);
  worker->connections = calloc(worker->count, sizeof *worker->connections);
  if (worker->epoll < 0 || !worker->connections) {
    perror("load");
    exit(1);
  }
  for (unsigned i = 0; i < worker->count; i++) {
    struct connection *connection = &worker->connections[i];
    connection->number = first + i;
    if (!connection_open(connection, options->port, options->socket)) {
      fprintf(stderr, "load: connection %u cannot be opened: %s\n", first + i,
              strerror(errno));
      exit(1);
    }
    connection->model = make_model(worker, connection->number);
    /* Spread the first requests over one interval. */
    connection->due =
        now_us() + options->interval_us * (first + i) / options->connections;
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLET,
                                .data.ptr = connection};
    if (epoll_ctl(worker->epoll, EPOLL_CTL_ADD, connection->fd, &event) != 0) {
      perror("load: epoll_ctl");
      exit(1);
    }
  }
  worker->open = worker->count;
}

static void print_progress(FILE *out, uint64_t now) {
  fprintf(out,
          "{\"time_us\": %" PRIu64 ", \"requests\": %" PRIuFAST64
          ", \"failed\": %" PRIuFAST64 ", \"dropped\": %" PRIuFAST64
          ", \"max_us\": %" PRIuFAST64 "}\n",
          now, atomic_load(&finished), atomic_load(&failed),
          atomic_load(&dropped), atomic_exchange(&worst, 0));
  fflush(out);
}

static void look_on(const struct load_options *options) {
  uint64_t next = now_us();
  while (atomic_load(&threads_left) > 0) {
    uint64_t now = now_us();
    if (options->progress && now >= next) {
      print_progress(options->progress, now);
      next += options->progress_us;
    }
    struct timespec nap = {.tv_nsec = 5000000};
    nanosleep(&nap, NULL);
  }
  if (options->progress)
    print_progress(options->progress, now_us());
}

static int print_result(const struct load_protocol *protocol,
                        const struct latency *latency, uint64_t elapsed) {
  uint64_t requests = atomic_load(&finished), bad = atomic_load(&failed);
  uint64_t lost = atomic_load(&dropped);
  double seconds = (double)elapsed / 1e6;
  printf("{\"load\": \"%s\", \"requests\": %" PRIu64 ", \"failed\": %" PRIu64
         ", \"dropped\": %" PRIu64 ", \"swept\": %" PRIuFAST64
         ", \"seconds\": %.3f, \"per_second\": %.0f, \"p50_us\": %" PRIu64
         ", \"p99_us\": %" PRIu64 ", \"p999_us\": %" PRIu64
         ", \"max_us\": %" PRIu64 "}\n",
         protocol->name, requests, bad, lost, atomic_load(&swept), seconds,
         seconds > 0 ? (double)requests / seconds : 0, latency_at(latency, 500),
         latency_at(latency, 990), latency_at(latency, 999), latency->max);
  if (requests == 0)
    fputs("load: not a single request was answered\n", stderr);
  return bad || lost || requests == 0;
}

static void on_signal(int signal) {
  (void)signal;
  atomic_store(&stop, true);
}

int load_main(int argc, char **argv, const struct load_protocol *protocol) {
  struct load_options options;
  load_read_options(&options, argc, argv, protocol);
  struct worker *workers = calloc(options.threads, sizeof *workers);
  if (!workers) {
    perror("load");
    return 1;
  }
  if (getrandom(&run_id, sizeof run_id, 0) != sizeof run_id)
    run_id = (unsigned)now_us();
  unsigned first = 0;
  for (unsigned i = 0; i < options.threads; i++) {
    struct worker *worker = &workers[i];
    worker->options = &options;
    worker->protocol = protocol;
    worker->count = options.connections / options.threads +
                    (i < options.connections % options.threads);
    open_connections(worker, first);
    first += worker->count;
  }
  struct sigaction action = {.sa_handler = on_signal};
  sigaction(SIGINT, &action, NULL);
  sigaction(SIGTERM, &action, NULL);

  uint64_t begin = now_us();
  atomic_store(&threads_left, options.threads);
  for (unsigned i = 0; i < options.threads; i++) {
    workers[i].deadline = begin + options.duration_us;
    if (pthread_create(&workers[i].thread, NULL, run_worker, &workers[i])) {
      fputs("load: cannot create a thread\n", stderr);
      return 1;
    }
  }
  look_on(&options);
  struct latency *total = &workers[0].latency;
  for (unsigned i = 0; i < options.threads; i++) {
    pthread_join(workers[i].thread, NULL);
    if (i > 0)
      latency_merge(total, &workers[i].latency);
  }
  return print_result(protocol, total, now_us() - begin);
}
