/*===- request.c - one connection, one request ----------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The kernel is called directly where libc's functions are interposed as
// blocking calls.
//
//===----------------------------------------------------------------------===*/

#include "request.h"

#include "agent.h"
#include "control.h"
#include "credentials.h"
#include "descriptor.h"
#include "log.h"
#include "memory.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum {
  REQUEST_MS = 5000, /* for a client to say what it wants */
  REPLY_MS = 5000    /* and to listen */
};

static int connection = -1, task_directory = -1;

/*--- Reading and answering --------------------------------------------------*/

/** Waits until the connection can be used; false when the time is up. */
static bool ready(short events, uint64_t until_ns) {
  for (;;) {
    struct pollfd poll = {.fd = connection, .events = events};
    int result = dsu_poll_until(&poll, 1, until_ns);
    if (result == -EINTR)
      continue;
    return result > 0 && !(poll.revents & (POLLERR | POLLNVAL));
  }
}

int dsu_request_task_directory(void) { return task_directory; }

/** Takes the process's directory over, of which only that of its threads is
    kept.  It is believed only if it is of /proc and this very thread is in it.
 */
static void take_directory(int process) {
  struct statfs system = {0};
  char name[16];
  snprintf(name, sizeof(name), "%d", (int)dsu_sys_gettid());
  dsu_descriptor_close(&task_directory);
  if (fstatfs(process, &system) == 0 && system.f_type == PROC_SUPER_MAGIC)
    task_directory = dsu_descriptor_move(
        openat(process, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  dsu_descriptor_close(&process);
  if (task_directory >= 0 && faccessat(task_directory, name, F_OK, 0) != 0)
    dsu_descriptor_close(&task_directory);
}

/** One directory and one other descriptor are kept, the rest is closed. */
static void sort_descriptor(int received, int *fd) {
  struct stat status = {0};
  if (fstat(received, &status) == 0 && S_ISDIR(status.st_mode))
    take_directory(received);
  else if (*fd < 0)
    *fd = dsu_descriptor_move(received);
  else
    dsu_descriptor_close(&received);
}

/** Takes the descriptors out of a message. */
static void take_descriptors(struct msghdr *message, int *fd) {
  for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
       c = CMSG_NXTHDR(message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
      continue;
    size_t count = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (size_t i = 0; i < count; ++i) {
      int received;
      memcpy(&received, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
      sort_descriptor(received, fd);
    }
  }
}

/** Reads exactly `size` bytes and what descriptors come with them. */
static bool read_exactly(void *buffer, size_t size, int *fd,
                         uint64_t until_ns) {
  char *next = buffer;
  while (size) {
    if (!ready(POLLIN, until_ns))
      return false;
    union {
      char bytes[CMSG_SPACE(4 * sizeof(int))];
      struct cmsghdr align;
    } control = {{0}};
    struct iovec part = {next, size};
    struct msghdr message = {.msg_iov = &part,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    long got = dsu_sys6(SYS_recvmsg, connection, (long)&message,
                        MSG_CMSG_CLOEXEC | MSG_DONTWAIT, 0, 0, 0);
    if (got == -EINTR || got == -EAGAIN)
      continue;
    if (got > 0)
      take_descriptors(&message, fd);
    if (got <= 0)
      return false;
    next += got;
    size -= (size_t)got;
  }
  return true;
}

static bool write_exactly(const void *buffer, size_t size, uint64_t until_ns) {
  const char *next = buffer;
  while (size) {
    if (!ready(POLLOUT, until_ns))
      return false;
    long sent = dsu_sys6(SYS_sendto, connection, (long)next, (long)size,
                         MSG_NOSIGNAL | MSG_DONTWAIT, 0, 0);
    if (sent == -EINTR || sent == -EAGAIN)
      continue;
    if (sent <= 0)
      return false;
    next += sent;
    size -= (size_t)sent;
  }
  return true;
}

static bool abandoned(void) {
  struct pollfd poll = {connection, 0, 0};
  return dsu_poll_until(&poll, 1, 0) > 0;
}

enum dsu_reason dsu_request_give_up(void) {
  return abandoned()                   ? DSU_E_ABANDONED
         : dsu_agent_outlived_powers() ? DSU_E_CREDENTIALS
                                       : DSU_OK;
}

static void send_reply(enum dsu_reason reason, const struct dsu_json *json) {
  struct dsu_reply header = {.magic = (uint32_t)DSU_REPLY_MAGIC,
                             .abi_version = DSU_ABI_VERSION,
                             .reason = reason,
                             .length = (uint32_t)json->used};
  uint64_t until = dsu_now_ns() + REPLY_MS * 1000000ull;
  if (!write_exactly(&header, sizeof(header), until) ||
      !write_exactly(json->buffer, json->used, until))
    dsu_log("the client went away before it had its answer");
}

static void refuse(enum dsu_reason reason, const char *words) {
  char text[2048];
  struct dsu_json json;
  struct dsu_error error = {DSU_OK, ""};
  dsu_json_init(&json, text, sizeof(text));
  dsu_fail(&error, reason, "%s", words);
  dsu_control_refuse(&json, &error);
  send_reply(reason, &json);
  dsu_log("refused a request: %s: %s", dsu_reason_text(reason), words);
}

/*--- Who asks ---------------------------------------------------------------*/

static bool peer_allowed(void) {
  struct ucred peer = {0};
  socklen_t size = sizeof(peer);
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    refuse(DSU_E_PERMISSION, "the client's identity is not known");
    return false;
  }
  const char *root_only = dsu_credentials_why_root();
  if (peer.uid == 0 || (!root_only && peer.uid == geteuid()))
    return true;
  char words[256];
  if (root_only)
    snprintf(words, sizeof(words), "%s, so only root may update it", root_only);
  else
    snprintf(words, sizeof(words),
             "user %u asks, the process belongs to user %u", peer.uid,
             geteuid());
  refuse(DSU_E_PERMISSION, words);
  return false;
}

/*--- One connection ---------------------------------------------------------*/

static void answer(const struct dsu_request *request, const char *body,
                   int fd) {
  char *text = dsu_map(DSU_MAX_REPLY);
  if (!text) {
    dsu_descriptor_close(&fd);
    refuse(DSU_E_NO_MEMORY, "there is none for the reply");
    return;
  }
  struct dsu_json json;
  dsu_json_init(&json, text, DSU_MAX_REPLY);
  enum dsu_reason reason = dsu_control_serve(request, body, fd, &json);
  if (json.overflow) {
    /* What was done is done; only its description is lost. */
    dsu_json_init(&json, text, DSU_MAX_REPLY);
    struct dsu_error error = {reason, "the full answer is too long"};
    dsu_control_refuse(&json, &error);
  }
  send_reply(reason, &json);
  dsu_unmap(text, DSU_MAX_REPLY);
}

static void serve(void) {
  struct dsu_request request;
  char body[DSU_MAX_REQUEST + 1];
  int fd = -1;
  uint64_t until = dsu_now_ns() + REQUEST_MS * 1000000ull;
  bool complete = read_exactly(&request, sizeof(request), &fd, until);
  const char *wrong = NULL;
  if (!complete)
    wrong = "it was cut off";
  else if (request.magic != (uint32_t)DSU_REQUEST_MAGIC)
    wrong = "it does not begin as one does";
  else if (request.abi_version != DSU_ABI_VERSION)
    wrong = "the client has another ABI version";
  else if (request.length > DSU_MAX_REQUEST)
    wrong = "it is too long";
  else if (!read_exactly(body, request.length, &fd, until))
    wrong = "it was cut off";
  else if (memchr(body, 0, request.length))
    wrong = "its text has a NUL in it";
  if (wrong) {
    dsu_descriptor_close(&fd);
    refuse(DSU_E_REQUEST, wrong);
    return;
  }
  body[request.length] = 0;
  answer(&request, body, fd);
}

bool dsu_request_open(int fd) {
  connection = dsu_descriptor_move(fd);
  /* Who cannot be answered (seccomp) must not find things changed. */
  if (peer_allowed() &&
      dsu_sys6(SYS_sendto, connection, 0, 0, MSG_NOSIGNAL, 0, 0) == 0)
    return true;
  dsu_descriptor_close(&connection);
  return false;
}

void dsu_request_serve(void) {
  serve();
  dsu_descriptor_close(&task_directory);
  dsu_descriptor_close(&connection);
}

void dsu_request_after_fork(void) { connection = task_directory = -1; }
