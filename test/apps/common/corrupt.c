/*===- corrupt.c - a proxy that damages replies on purpose ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A load client that reports no failure proves nothing unless it reports them
// when there are some.  This proxy stands between a client and a server on the
// loopback interface and, once in so many replies, does one of:
//
//   flip    turns one bit of the reply over
//   lose    leaves one byte out
//   stall   passes nothing on for this connection any more
//   drop    closes the connection
//
// usage: load-corrupt LISTEN-PORT SERVER-PORT EVERY flip|lose|stall|drop
//
// One thread, poll; it ends when it is killed.  LISTEN-PORT 0 takes any free
// one; the port is printed.
//
//===----------------------------------------------------------------------===*/

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_PAIRS = 1000 };

enum damage { DAMAGE_FLIP, DAMAGE_LOSE, DAMAGE_STALL, DAMAGE_DROP };

struct pair {
  int client, server; /* -1: free */
  bool stalled;
};

static struct pair pairs[MAX_PAIRS];
static unsigned long replies, every;
static enum damage damage;

static _Noreturn void die(const char *what) {
  perror(what);
  exit(1);
}

static struct sockaddr_in loopback(unsigned port) {
  return (struct sockaddr_in){.sin_family = AF_INET,
                              .sin_port = htons((unsigned short)port),
                              .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static int listen_on(unsigned port) {
  struct sockaddr_in address = loopback(port);
  socklen_t length = sizeof address;
  int one = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 ||
      setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) != 0 ||
      bind(fd, (struct sockaddr *)&address, sizeof address) != 0 ||
      listen(fd, 128) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &length) != 0)
    die("load-corrupt: listen");
  printf("%u\n", ntohs(address.sin_port));
  fflush(stdout);
  return fd;
}

static void close_pair(struct pair *pair) {
  close(pair->client);
  close(pair->server);
  pair->client = pair->server = -1;
}

static void accept_client(int listener, unsigned server_port) {
  struct sockaddr_in address = loopback(server_port);
  struct pair *pair = pairs;
  while (pair < pairs + MAX_PAIRS && pair->client >= 0)
    pair++;
  int client = accept(listener, NULL, NULL);
  if (client < 0)
    return;
  int server = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  if (pair == pairs + MAX_PAIRS || server < 0 ||
      connect(server, (struct sockaddr *)&address, sizeof address) != 0) {
    close(client);
    if (server >= 0)
      close(server);
    return;
  }
  setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  *pair = (struct pair){.client = client, .server = server};
}

/* Copies what has come; false when the connection is over. */
static bool copy(int from, int to, bool reply, struct pair *pair) {
  char buffer[65536];
  ssize_t length = recv(from, buffer, sizeof buffer, 0);
  if (length <= 0)
    return length < 0 && errno == EINTR;
  if (reply && ++replies % every == 0) {
    size_t at = (size_t)length / 2;
    switch (damage) {
    case DAMAGE_FLIP:
      buffer[at] ^= 1;
      break;
    case DAMAGE_LOSE:
      memmove(buffer + at, buffer + at + 1, (size_t)length - at - 1);
      length--;
      break;
    case DAMAGE_STALL:
      pair->stalled = true;
      break;
    case DAMAGE_DROP:
      return false;
    }
  }
  for (ssize_t sent = 0; sent < length && !pair->stalled;) {
    ssize_t now =
        send(to, buffer + sent, (size_t)(length - sent), MSG_NOSIGNAL);
    if (now < 0)
      return false;
    sent += now;
  }
  return true;
}

static void serve(int listener, unsigned server_port) {
  static struct pollfd polls[2 * MAX_PAIRS + 1];
  for (;;) {
    polls[0] = (struct pollfd){.fd = listener, .events = POLLIN};
    for (size_t i = 0; i < MAX_PAIRS; i++) {
      polls[2 * i + 1] = (struct pollfd){pairs[i].client, POLLIN, 0};
      polls[2 * i + 2] = (struct pollfd){pairs[i].server, POLLIN, 0};
    }
    if (poll(polls, 2 * MAX_PAIRS + 1, -1) < 0 && errno != EINTR)
      die("load-corrupt: poll");
    for (size_t i = 0; i < MAX_PAIRS; i++) {
      struct pair *pair = &pairs[i];
      if (pair->client < 0)
        continue;
      bool fine = true;
      if (polls[2 * i + 1].revents)
        fine = copy(pair->client, pair->server, false, pair);
      if (fine && polls[2 * i + 2].revents)
        fine = copy(pair->server, pair->client, true, pair);
      if (!fine)
        close_pair(pair);
    }
    if (polls[0].revents)
      accept_client(listener, server_port);
  }
}

int main(int argc, char **argv) {
  static const char *const names[] = {"flip", "lose", "stall", "drop"};
  size_t name = 0;
  if (argc == 5)
    while (name < 4 && strcmp(argv[4], names[name]) != 0)
      name++;
  every = argc == 5 ? strtoul(argv[3], NULL, 10) : 0;
  if (every == 0 || name == 4) {
    fputs("usage: load-corrupt LISTEN-PORT SERVER-PORT EVERY "
          "flip|lose|stall|drop\n",
          stderr);
    return 2;
  }
  damage = (enum damage)name;
  signal(SIGPIPE, SIG_IGN);
  for (size_t i = 0; i < MAX_PAIRS; i++)
    pairs[i].client = pairs[i].server = -1;
  serve(listen_on((unsigned)strtoul(argv[1], NULL, 10)),
        (unsigned)strtoul(argv[2], NULL, 10));
}
