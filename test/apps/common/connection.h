/*===- connection.h - one connection of the load client ---------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A connection has at most one request in flight.  Its states:
//
//   IDLE --start--> BUSY --whole reply, as expected--> IDLE
//                   BUSY --a byte differs, or the deadline passes--> CLOSED
//   IDLE, BUSY --the server closes or resets--> CLOSED (dropped)
//
// Replies are compared as they come in, without waiting for their end: when
// the first byte differs it is known that the reply is wrong.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_APPS_CONNECTION_H
#define DSU_APPS_CONNECTION_H

#include "load.h"

enum connection_state { CONNECTION_IDLE, CONNECTION_BUSY, CONNECTION_CLOSED };

/** What came of handling an event. */
enum connection_event {
  CONNECTION_PENDING, /* more has to come */
  CONNECTION_DONE,    /* the reply is complete and right */
  CONNECTION_WRONG,   /* a byte is not what it must be */
  CONNECTION_DROPPED, /* the server closed the connection */
};

struct connection {
  unsigned number;
  int fd;
  enum connection_state state;
  void *model;
  struct load_step step;
  size_t sent;             /* bytes of step.request */
  size_t matched;          /* bytes of step.expected */
  struct load_bytes wrong; /* what came instead */
  bool in_hole;            /* the last byte that came belongs to a number */
  bool hole_passed;
  uint64_t number_read;
  uint64_t started; /* microseconds */
  uint64_t due;     /* with a rate: when the next request may start */
};

/** Opens a connection to the loopback interface, or to a Unix socket if `path`
    is set.  Returns false with errno set when that fails. */
bool connection_open(struct connection *connection, unsigned port,
                     const char *path);

/** Sends the request in `step` and gets ready for its reply. */
enum connection_event connection_start(struct connection *connection,
                                       uint64_t now);

/** Sends what is left and reads what has come. */
enum connection_event connection_advance(struct connection *connection);

/** One line for a human: what was asked, expected and got. */
void connection_describe(const struct connection *connection,
                         const char *problem);

void connection_close(struct connection *connection);

#endif /* DSU_APPS_CONNECTION_H */
