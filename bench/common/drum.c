/*===- drum.c - a load client that is cheaper than the server -----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: drum memcached|redis PORT CONNECTIONS DEPTH REQUESTS
//
// To find out how fast a server is, the client must not be what is slow, so
// this one knows only two requests: reading and (one in ten) writing a value of
// 100 bytes.  Replies are checked by their length and their first byte.
// Each connection sends DEPTH requests at once and waits for all the replies.
// Prints one line of JSON.
//
//===----------------------------------------------------------------------===*/

#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { KEYS = 10000, VALUE = 100, MAX_DEPTH = 64, MAX_TEXT = 256 };

struct connection {
  int fd;
  uint64_t random;
  size_t awaited; /* bytes of replies */
  char first;     /* byte of the next reply */
};

static bool is_redis;
static uint64_t requests_left;

static _Noreturn void fail(const char *what) {
  fprintf(stderr, "drum: %s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t next_random(struct connection *connection) {
  uint64_t x = connection->random;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  return connection->random = x;
}

/* One request; returns its length and adds to the replies' length. */
static size_t put_request(char *out, unsigned key, bool write, size_t *reply) {
  static char value[VALUE + 1];
  if (!value[0])
    memset(value, 'v', VALUE);
  const char *form;
  if (is_redis)
    form = write ? "*3\r\n$3\r\nSET\r\n$9\r\nkey:%05u\r\n$100\r\n%s\r\n"
                 : "*2\r\n$3\r\nGET\r\n$9\r\nkey:%05u\r\n";
  else
    form = write ? "set key:%05u 0 0 100\r\n%s\r\n" : "get key:%05u\r\n";
  if (write)
    *reply += is_redis ? strlen("+OK\r\n") : strlen("STORED\r\n");
  else
    *reply += is_redis ? strlen("$100\r\n") + VALUE + 2
                       : strlen("VALUE key:00000 0 100\r\n") + VALUE + 2 + 5;
  return (size_t)snprintf(out, MAX_TEXT, form, key, value);
}

static void send_all(int fd, const char *data, size_t length) {
  while (length > 0) {
    ssize_t sent = send(fd, data, length, MSG_NOSIGNAL);
    if (sent < 0)
      fail("send");
    data += sent;
    length -= (size_t)sent;
  }
}

/* Sends the next requests; false when there are none. */
static bool beat(struct connection *connection, unsigned depth) {
  char text[MAX_DEPTH * MAX_TEXT];
  size_t length = 0;
  for (unsigned i = 0; i < depth && requests_left > 0; i++, requests_left--) {
    uint64_t random = next_random(connection);
    bool write = (random >> 32) % 10 == 0;
    if (i == 0)
      connection->first = is_redis ? (write ? '+' : '$') : (write ? 'S' : 'V');
    length += put_request(text + length, (unsigned)(random % KEYS), write,
                          &connection->awaited);
  }
  send_all(connection->fd, text, length);
  return length > 0;
}

static void take_replies(struct connection *connection) {
  static char text[65536];
  ssize_t length = recv(connection->fd, text, sizeof text, 0);
  if (length <= 0)
    fail("the server closed the connection");
  if (connection->first && text[0] != connection->first) {
    fprintf(stderr, "drum: wrong reply: %.*s\n", (int)length, text);
    exit(1);
  }
  connection->first = 0;
  if ((size_t)length > connection->awaited) {
    fputs("drum: the replies are longer than they should be\n", stderr);
    exit(1);
  }
  connection->awaited -= (size_t)length;
}

static void open_connection(struct connection *connection, unsigned port,
                            uint64_t seed) {
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int on = 1;
  connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  connection->random = seed * 0x9e3779b97f4a7c15;
  if (connection->fd < 0 ||
      connect(connection->fd, (struct sockaddr *)&address, sizeof address))
    fail("connect");
  setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void fill(struct connection *connection) {
  char text[MAX_TEXT];
  for (unsigned key = 0; key < KEYS; key++) {
    size_t length = put_request(text, key, true, &connection->awaited);
    send_all(connection->fd, text, length);
    while (connection->awaited > 0)
      take_replies(connection);
  }
}

static double seconds_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void run(struct connection *connections, unsigned count,
                unsigned depth) {
  int poll = epoll_create1(EPOLL_CLOEXEC);
  unsigned busy = 0;
  for (unsigned i = 0; i < count; i++) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &connections[i]};
    if (epoll_ctl(poll, EPOLL_CTL_ADD, connections[i].fd, &event))
      fail("epoll_ctl");
    busy += beat(&connections[i], depth);
  }
  while (busy > 0) {
    struct epoll_event events[64];
    int ready = epoll_wait(poll, events, 64, 10000);
    if (ready <= 0)
      fail("no reply in ten seconds");
    for (int i = 0; i < ready; i++) {
      struct connection *connection = events[i].data.ptr;
      take_replies(connection);
      if (connection->awaited == 0 && !beat(connection, depth))
        busy--;
    }
  }
}

int main(int argc, char **argv) {
  if (argc != 6) {
    fputs("usage: drum memcached|redis PORT CONNECTIONS DEPTH REQUESTS\n",
          stderr);
    return 2;
  }
  is_redis = strcmp(argv[1], "redis") == 0;
  unsigned port = (unsigned)atoi(argv[2]), count = (unsigned)atoi(argv[3]);
  unsigned depth = (unsigned)atoi(argv[4]);
  uint64_t requests = strtoull(argv[5], NULL, 10);
  struct connection *connections = calloc(count, sizeof *connections);
  if (!connections || depth < 1 || depth > MAX_DEPTH)
    fail("bad arguments");
  for (unsigned i = 0; i < count; i++)
    open_connection(&connections[i], port, i + 1);
  fill(&connections[0]);
  requests_left = requests;
  double begin = seconds_now();
  run(connections, count, depth);
  double seconds = seconds_now() - begin;
  printf("{\"requests\": %" PRIu64 ", \"seconds\": %.6f}\n", requests, seconds);
  return 0;
}
