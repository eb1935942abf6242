/*===- talk.c - a client that says the wrong things --------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// talk PID WHAT [FILE]: calls the agent as dsuctl does and sends it WHAT.
// Prints the reason and detail of the answer, or that there was none.
// talk PID absent: calls for as many clients as can be waited for, none of which
// ever comes.
//
//===----------------------------------------------------------------------===*/

#include "dsu/dsu_abi.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void send_signal(pid_t pid, unsigned nonce) {
  union sigval value = {.sival_int = (int)nonce};
  if (sigqueue(pid, SIGRTMAX - DSU_SIGNAL_FROM_MAX, value) != 0)
    exit(3);
}

static int call(pid_t pid) {
  unsigned nonce = (unsigned)getpid() + 100000;
  send_signal(pid, nonce);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length =
      snprintf(address.sun_path + 1, 100, DSU_SOCKET_FORMAT, pid, nonce);
  for (int i = 0; i < 2000; ++i) {
    if (connect(fd, (struct sockaddr *)&address,
                (socklen_t)(sizeof(sa_family_t) + 1 + (size_t)length)) == 0)
      return fd;
    usleep(1000);
  }
  exit(4);
}

static void send_fd(int to, const void *bytes, size_t size, int fd) {
  struct iovec part = {(void *)(uintptr_t)bytes, size};
  union {
    char bytes[CMSG_SPACE(sizeof(int))];
    struct cmsghdr align;
  } control = {{0}};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &control,
                           .msg_controllen = sizeof(control)};
  struct cmsghdr *c = CMSG_FIRSTHDR(&message);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(c), &fd, sizeof(int));
  sendmsg(to, &message, 0);
}

static void print_answer(int fd) {
  static char body[DSU_MAX_REPLY + 1];
  struct dsu_reply reply;
  if (recv(fd, &reply, sizeof(reply), MSG_WAITALL) != sizeof(reply)) {
    puts("no answer");
    return;
  }
  recv(fd, body, reply.length, MSG_WAITALL);
  char *detail = strstr(body, "\"detail\":");
  printf("%s %.60s\n", dsu_reason_name(reply.reason), detail ? detail : "");
}

int main(int argc, char **argv) {
  const char *what = argc > 2 ? argv[2] : "";
  signal(SIGPIPE, SIG_IGN);
  if (strcmp(what, "absent") == 0) {
    for (unsigned client = 1; client <= 8; ++client)
      send_signal(atoi(argv[1]), (unsigned)getpid() + client * 100000);
    return 0;
  }
  int fd = call(atoi(argv[1]));
  struct dsu_request request = {.magic = (uint32_t)DSU_REQUEST_MAGIC,
                                .abi_version = DSU_ABI_VERSION,
                                .op = DSU_OP_STATUS};
  char body[8192];
  memset(body, 'x', sizeof(body));
  printf("%s: ", what);
  if (strcmp(what, "garbage") == 0)
    send(fd, body, 8000, MSG_NOSIGNAL);
  else if (strcmp(what, "half") == 0)
    send(fd, &request, 11, 0);
  else if (strcmp(what, "half-text") == 0) {
    request.length = 100;
    send(fd, &request, sizeof(request), 0);
    send(fd, body, 50, 0);
  } else if (strcmp(what, "long") == 0) {
    request.length = 5000;
    send(fd, &request, sizeof(request), 0);
    send(fd, body, 5000, MSG_NOSIGNAL);
  } else if (strcmp(what, "abi") == 0) {
    request.abi_version = 9;
    send(fd, &request, sizeof(request), 0);
  } else if (strcmp(what, "operation") == 0) {
    request.op = 77;
    send(fd, &request, sizeof(request), 0);
  } else if (strcmp(what, "nul") == 0) {
    request.length = 4;
    send(fd, &request, sizeof(request), 0);
    send(fd, "a\0b", 4, 0);
  } else if (strcmp(what, "no-patch") == 0) {
    request.op = DSU_OP_APPLY;
    send(fd, &request, sizeof(request), 0);
  } else if (strcmp(what, "open-file") == 0) {
    request.op = DSU_OP_APPLY;
    send_fd(fd, &request, sizeof(request), open(argv[3], O_RDONLY));
  } else if (strcmp(what, "pipe") == 0) {
    int ends[2];
    if (pipe(ends) != 0)
      return 1;
    request.op = DSU_OP_APPLY;
    send_fd(fd, &request, sizeof(request), ends[0]);
  } else if (strcmp(what, "gone") == 0) {
    request.op = DSU_OP_STATUS;
    send(fd, &request, sizeof(request), 0);
    puts("closed");
    return 0;
  } else if (strcmp(what, "bytewise") == 0) {
    for (size_t i = 0; i < sizeof(request); ++i) {
      send(fd, (char *)&request + i, 1, 0);
      usleep(1000);
    }
  } else if (strcmp(what, "silent") == 0) {
    print_answer(fd);
    return 0;
  }
  if (strcmp(what, "half") == 0 || strcmp(what, "half-text") == 0)
    shutdown(fd, SHUT_WR);
  print_answer(fd);
  return 0;
}
