/*===- connection.c - one connection of the load client -------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See connection.h.
//
//===----------------------------------------------------------------------===*/

#include "connection.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_tcp(unsigned port) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int one = 1;
  if (fd >= 0 &&
      (connect(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
       setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one) != 0)) {
    close(fd);
    return -1;
  }
  return fd;
}

static int connect_unix(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(address.sun_path, path, strlen(path));
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 &&
      connect(fd, (struct sockaddr *)&address, sizeof address) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

bool connection_open(struct connection *connection, unsigned port,
                     const char *path) {
  connection->fd = path ? connect_unix(path) : connect_tcp(port);
  if (connection->fd < 0)
    return false;
  return fcntl(connection->fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Whether the number in the hole that just ended is within its bounds. */
static bool leave_hole(struct connection *connection) {
  const struct load_step *step = &connection->step;
  connection->in_hole = false;
  connection->hole_passed = true;
  if (connection->number_read < step->hole_min ||
      connection->number_read > step->hole_max)
    return false;
  if (step->captured)
    *step->captured = connection->number_read;
  return true;
}

/* One byte of the reply. */
static bool accept_byte(struct connection *connection, char byte) {
  const struct load_step *step = &connection->step;
  bool at_hole = step->has_hole && !connection->hole_passed &&
                 connection->matched == step->hole;
  if (at_hole && byte >= '0' && byte <= '9') {
    connection->in_hole = true;
    connection->number_read =
        connection->number_read * 10 + (uint64_t)(byte - '0');
    return true;
  }
  if (at_hole && (!connection->in_hole || !leave_hole(connection)))
    return false;
  if (connection->matched == step->expected.length ||
      step->expected.data[connection->matched] != byte)
    return false;
  connection->matched++;
  return true;
}

/* Whether the bytes are what has to come next; keeps the ones that are not. */
static bool accept_bytes(struct connection *connection, const char *data,
                         size_t length) {
  const struct load_step *step = &connection->step;
  size_t at = 0;
  /* The quick way for all but a hole and an error. */
  if ((!step->has_hole || connection->hole_passed) &&
      length <= step->expected.length - connection->matched &&
      memcmp(step->expected.data + connection->matched, data, length) == 0) {
    connection->matched += length;
    return true;
  }
  while (at < length && accept_byte(connection, data[at]))
    at++;
  connection->wrong.length = 0;
  load_append(&connection->wrong, data + at, length - at);
  return at == length;
}

static enum connection_event send_rest(struct connection *connection) {
  const struct load_bytes *request = &connection->step.request;
  while (connection->sent < request->length) {
    ssize_t sent = send(connection->fd, request->data + connection->sent,
                        request->length - connection->sent, MSG_NOSIGNAL);
    if (sent < 0)
      return errno == EAGAIN || errno == EINTR ? CONNECTION_PENDING
                                               : CONNECTION_DROPPED;
    connection->sent += (size_t)sent;
  }
  return CONNECTION_DONE;
}

enum connection_event connection_start(struct connection *connection,
                                       uint64_t now) {
  connection->sent = connection->matched = 0;
  connection->in_hole = connection->hole_passed = false;
  connection->number_read = 0;
  connection->started = now;
  connection->state = CONNECTION_BUSY;
  return send_rest(connection) == CONNECTION_DROPPED ? CONNECTION_DROPPED
                                                     : CONNECTION_PENDING;
}

enum connection_event connection_advance(struct connection *connection) {
  char buffer[65536];
  if (connection->state == CONNECTION_BUSY &&
      send_rest(connection) == CONNECTION_DROPPED)
    return CONNECTION_DROPPED;
  for (;;) {
    ssize_t got = recv(connection->fd, buffer, sizeof buffer, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
      return CONNECTION_PENDING;
    if (got <= 0)
      return CONNECTION_DROPPED;
    /* Nothing was asked. */
    if (connection->state != CONNECTION_BUSY)
      return CONNECTION_WRONG;
    if (!accept_bytes(connection, buffer, (size_t)got))
      return CONNECTION_WRONG;
    if (connection->matched == connection->step.expected.length)
      return connection->sent == connection->step.request.length
                 ? CONNECTION_DONE
                 : CONNECTION_WRONG;
  }
}

static void print_start(const char *what, const struct load_bytes *bytes,
                        size_t from) {
  size_t limit = bytes->length < from + 60 ? bytes->length : from + 60;
  fprintf(stderr, " %s \"", what);
  for (size_t i = from; i < limit; i++) {
    unsigned char byte = (unsigned char)bytes->data[i];
    if (byte >= ' ' && byte < 127)
      fputc(byte, stderr);
    else
      fprintf(stderr, "\\%02x", byte);
  }
  fputs(limit < bytes->length ? "\"..." : "\"", stderr);
}

void connection_describe(const struct connection *connection,
                         const char *problem) {
  flockfile(stderr);
  fprintf(stderr, "load: connection %u: %s;", connection->number, problem);
  print_start("asked", &connection->step.request, 0);
  fprintf(stderr, ", %zu of %zu bytes of the reply were right, then",
          connection->matched, connection->step.expected.length);
  print_start("expected", &connection->step.expected, connection->matched);
  if (connection->wrong.length > 0)
    print_start("got", &connection->wrong, 0);
  fputc('\n', stderr);
  funlockfile(stderr);
}

void connection_close(struct connection *connection) {
  close(connection->fd);
  connection->fd = -1;
  connection->state = CONNECTION_CLOSED;
}
