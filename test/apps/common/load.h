/*===- load.h - a load client that checks every reply -----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The engine that the load clients of all servers share.  It exists to notice
// the slightest harm that an update does, so it never forgives: no reconnects,
// no retries, no pipelining, and each byte of each reply is compared with what
// a model says it must be.  A protocol (memcached/load.c, redis/load.c) makes
// one model per connection, with keys of its own, so that the order in which
// connections are served does not matter; and says for each step which bytes to
// send and which to expect.  The model moves on when the step is made: the
// first unexpected byte ends the connection and counts as a failure.
//
// A number that only the server knows (a CAS id, a time to live) is a "hole" in
// the expected bytes: digits, captured and checked against bounds.
//
// At the end every key is read once more.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_APPS_LOAD_H
#define DSU_APPS_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Bytes that grow. */
struct load_bytes {
  char *data;
  size_t length, capacity;
};

void load_append(struct load_bytes *bytes, const void *data, size_t length);
void load_print(struct load_bytes *bytes, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void load_copy(struct load_bytes *to, const struct load_bytes *from);

/** One request and the reply that it must get. */
struct load_step {
  struct load_bytes request;
  struct load_bytes expected;
  bool has_hole;
  size_t hole; /* offset in `expected` where the server's number stands */
  uint64_t hole_min, hole_max;
  uint64_t *captured; /* where to store it, or a null pointer */
};

/** Marks a hole at the end of what is expected so far. */
void load_expect_number(struct load_step *step, uint64_t min, uint64_t max,
                        uint64_t *captured);

/** A stream of pseudo-random numbers; the same for the same seed. */
struct load_random {
  uint64_t state;
};
uint64_t load_next_random(struct load_random *random);
/** A number below `limit`. */
unsigned load_pick(struct load_random *random, unsigned limit);
/** Appends random bytes, all values possible. */
void load_append_random(struct load_bytes *bytes, struct load_random *random,
                        size_t length);

/** What a server's load client consists of. */
struct load_protocol {
  const char *name;
  unsigned default_port;
  /* A model for connection `number`; `seed` differs for each.  All keys have to
     begin with `prefix`, which no other connection and no other run has. */
  void *(*open)(const char *prefix, uint64_t seed);
  /* The next step of the load. */
  void (*next)(void *model, struct load_step *step);
  /* The next step of the final reading, false when there is none left. */
  bool (*sweep)(void *model, struct load_step *step);
  /* Names of the mixtures of requests that --mix chooses from, the default one
     first, null-terminated; and who is told of the choice.  May be null. */
  const char *const *mixes;
  void (*choose_mix)(unsigned index);
};

/** The whole program: reads options, runs, prints; returns the exit status. */
int load_main(int argc, char **argv, const struct load_protocol *protocol);

#endif /* DSU_APPS_LOAD_H */
