/*===- request.c - one request to one process ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The signal goes to one thread, if possible through the process's pidfd, so
// that it cannot reach another process that has got the number meanwhile.  It
// carries a random nonce, which is part of the name of the socket to which the
// agent will listen; that the socket is the process's own is checked by the
// kernel's word for it.  The process may be slow to call its agent: the socket
// is tried again until the time is up.
//
//===----------------------------------------------------------------------===*/

#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum {
  FIRST_PAUSE_US = 200,
  LONGEST_PAUSE_US = 20000,
  CALL_AGAIN_MS = 500,
  ANSWER_MS = 2000, /* the least that a busy machine is given to answer */
  DYING_MS = 1000,  /* from the end of a process's connections to its own */
  GRACE_MS = 30000, /* for an answer after the agent's own deadline */
  SILENCE_MS = 1000 /* then somebody who watches is told what goes on */
};

static uint64_t now_ms(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static json_t *refuse_ended(const struct process *process) {
  return reply_refusal(process->pid, DSU_E_NO_PROCESS, NULL,
                       "process %d (%s) ended during the request",
                       (int)process->pid, process->name);
}

static json_t *refuse_silent(pid_t pid, const char *what) {
  struct process process;
  json_t *gone = process_open(pid, &process);
  if (gone)
    return gone;
  bool stopped = process.state == 'T' || process.state == 't';
  bool served = !stopped && process_is_served(&process);
  bool filtered = process.filtered;
  process_close(&process);
  return reply_refusal(
      pid, DSU_E_NO_ANSWER,
      stopped ? "let it go on (SIGCONT, or leave the debugger)"
      : served
          ? "wait for the other dsuctl, or interrupt it: that takes its "
            "request back"
          : "use a longer --timeout; a program that computes without any "
            "blocking call answers at its next one; one that is at a limit of "
            "its own (threads, memory, seccomp) cannot answer, nor one of "
            "which a thread keeps every signal out, nor one that has a file of "
            "FUSE, NFS or the like, or a message queue with a notification, "
            "among its first 64 descriptors, nor any before Linux 5.9; "
            "the log in dsuctl status tells which as soon as it answers; "
            "dsuctl "
            "must run in the process's network namespace",
      "%s%s", what,
      stopped    ? "; it is stopped"
      : served   ? "; it is at another request"
      : filtered ? "; a filter (seccomp) forbids it some system calls"
                 : "");
}

/*--- Calling ----------------------------------------------------------------*/

static json_t *choose_nonce(const struct process *process, uint32_t *nonce) {
  if (getrandom(nonce, sizeof(*nonce), 0) != sizeof(*nonce))
    return reply_refusal(process->pid, DSU_E_INTERNAL, NULL, "getrandom: %s",
                         strerror(errno));
  *nonce = (*nonce & 0x7fffffff) | 1;
  return NULL;
}

/** Sends the signal to one thread.  One that is sent to the process can wake a
    thread and be taken by another, and the first one's system call may fail
    although it has handled nothing.  False if the kernel does not allow or know
    that, or the thread cannot take it. */
static bool call_thread(const struct process *process, siginfo_t *info) {
  const unsigned to_thread = 1; /* PIDFD_SIGNAL_THREAD, Linux 6.9 */
  pid_t tid = process_reachable_thread(process);
  if (tid == 0)
    return false;
  if (tid == process->pid && syscall(SYS_pidfd_send_signal, process->pidfd,
                                     info->si_signo, info, to_thread) == 0)
    return true;
  /* The number was this process's a moment ago.  It cannot be another's before
     all other numbers have been used. */
  return !process_ended(process) && syscall(SYS_rt_tgsigqueueinfo, process->pid,
                                            tid, info->si_signo, info) == 0;
}

static json_t *call_agent(const struct process *process, uint32_t nonce,
                          bool first) {
  siginfo_t info;
  memset(&info, 0, sizeof(info));
  info.si_signo = (int)process->note.signal;
  info.si_code = SI_QUEUE;
  info.si_pid = getpid();
  info.si_uid = getuid();
  info.si_value.sival_int = (int)nonce;
  if (first && call_thread(process, &info))
    return NULL;
  if (syscall(SYS_pidfd_send_signal, process->pidfd, info.si_signo, &info, 0) ==
      0)
    return NULL;
  if (errno == ESRCH)
    return refuse_ended(process);
  if (errno == EPERM)
    return reply_refusal(process->pid, DSU_E_PERMISSION,
                         "run dsuctl as the process's user, or as root",
                         "%s may not be signalled", process->name);
  return reply_refusal(process->pid, DSU_E_NO_ANSWER, NULL,
                       "the signal cannot be sent: %s", strerror(errno));
}

/** Connects; -1 with errno. */
static int try_connect(const struct process *process, uint32_t nonce) {
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return -1;
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                        DSU_SOCKET_FORMAT, (int)process->inner_pid, nonce);
  socklen_t size =
      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
  if (connect(fd, (struct sockaddr *)&address, size) == 0)
    return fd;
  int error = errno;
  close(fd);
  errno = error;
  return -1;
}

static json_t *check_owner(const struct process *process, int fd) {
  struct ucred peer;
  socklen_t size = sizeof(peer);
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0)
    return reply_refusal(process->pid, DSU_E_WRONG_OWNER, NULL, "%s",
                         strerror(errno));
  if (peer.pid != process->pid)
    return reply_refusal(process->pid, DSU_E_WRONG_OWNER, NULL,
                         "process %d answers in place of %d", (int)peer.pid,
                         (int)process->pid);
  return NULL;
}

/** Calls once more, if the process still listens to the signal: it could have
    come to a child of fork that was not itself yet, or too many were waiting.
    Any thread may take it now: the first one may be stuck. */
static json_t *call_again(const struct process *process, uint32_t nonce) {
  struct process now;
  json_t *refusal = process_open(process->pid, &now);
  if (refusal)
    return refusal;
  process_close(&now);
  return call_agent(process, nonce, false);
}

/** Connects until it works or the time is up. */
static json_t *connect_agent(const struct process *process, uint32_t nonce,
                             uint64_t until_ms, int *fd) {
  useconds_t pause = FIRST_PAUSE_US;
  uint64_t call_ms = now_ms() + CALL_AGAIN_MS;
  for (;;) {
    *fd = try_connect(process, nonce);
    if (*fd >= 0)
      break;
    if (process_ended(process))
      return refuse_ended(process);
    if (errno != ECONNREFUSED && errno != EAGAIN && errno != EINTR)
      return reply_refusal(process->pid, DSU_E_NO_ANSWER, NULL, "connect: %s",
                           strerror(errno));
    if (now_ms() >= until_ms)
      return refuse_silent(process->pid, "its agent was not started in time");
    if (now_ms() >= call_ms) {
      json_t *refusal = call_again(process, nonce);
      if (refusal)
        return refusal;
      call_ms = now_ms() + CALL_AGAIN_MS;
    }
    usleep(pause);
    pause = pause * 5 / 4 < LONGEST_PAUSE_US ? pause * 5 / 4 : LONGEST_PAUSE_US;
  }
  json_t *refusal = check_owner(process, *fd);
  if (refusal)
    close(*fd);
  return refusal;
}

/*--- Talking ----------------------------------------------------------------*/

/** The process's directory in /proc, for one that cannot reach it any more; -1
    if its numbers are not those that the process itself would see. */
static int open_directory(const struct process *process) {
  char path[64];
  if (process->inner_pid != process->pid)
    return -1;
  snprintf(path, sizeof(path), "/proc/%d", (int)process->pid);
  return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static void attach(struct msghdr *message, void *control, const int *fds,
                   size_t count) {
  if (count == 0)
    return;
  message->msg_control = control;
  message->msg_controllen = CMSG_SPACE(count * sizeof(int));
  struct cmsghdr *c = CMSG_FIRSTHDR(message);
  c->cmsg_level = SOL_SOCKET;
  c->cmsg_type = SCM_RIGHTS;
  c->cmsg_len = CMSG_LEN(count * sizeof(int));
  memcpy(CMSG_DATA(c), fds, count * sizeof(int));
}

/** Header and body in one message, with the patch if there is one. */
static bool send_request(const struct process *process, int fd,
                         const struct request *request, uint32_t timeout_ms) {
  struct dsu_request header = {.magic = (uint32_t)DSU_REQUEST_MAGIC,
                               .abi_version = DSU_ABI_VERSION,
                               .op = request->op,
                               .level = request->level,
                               .timeout_ms = timeout_ms,
                               .length = (uint32_t)strlen(request->text)};
  struct iovec parts[2] = {{&header, sizeof(header)},
                           {(void *)(uintptr_t)request->text, header.length}};
  union {
    char bytes[CMSG_SPACE(2 * sizeof(int))];
    struct cmsghdr align;
  } control = {{0}};
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
  int fds[2], directory = open_directory(process);
  size_t count = 0;
  if (request->patch >= 0)
    fds[count++] = request->patch;
  if (directory >= 0)
    fds[count++] = directory;
  attach(&message, &control, fds, count);
  bool sent = sendmsg(fd, &message, MSG_NOSIGNAL) ==
              (ssize_t)(sizeof(header) + header.length);
  if (directory >= 0)
    close(directory);
  return sent;
}

/** Reads exactly `size` bytes; false with errno (0: the end came first). */
static bool receive(const struct process *process, int fd, void *buffer,
                    size_t size, int flags, uint64_t until_ms) {
  char *next = buffer;
  while (size) {
    uint64_t now = now_ms();
    struct pollfd fds[2] = {{fd, POLLIN, 0}, {process->pidfd, POLLIN, 0}};
    int ready = poll(fds, 2, now < until_ms ? (int)(until_ms - now) : 0);
    if (ready < 0 && errno == EINTR)
      continue;
    if (ready == 0)
      errno = ETIMEDOUT;
    if (ready <= 0)
      return false;
    if (!fds[0].revents) {
      errno = ESRCH;
      return false;
    }
    ssize_t got = recv(fd, next, size, flags);
    if (got < 0 && errno == EINTR)
      continue;
    if (got == 0)
      errno = 0;
    if (got <= 0)
      return false;
    next += got;
    size -= (size_t)got;
  }
  return true;
}

/** A process that is killed closes its files before it counts as ended. */
static bool is_dying(const struct process *process) {
  struct pollfd end = {process->pidfd, POLLIN, 0};
  return poll(&end, 1, DYING_MS) > 0;
}

static json_t *refuse_answer(const struct process *process) {
  int error = errno;
  if (error == ETIMEDOUT && !process_ended(process))
    return refuse_silent(process->pid, "it took the request and did not answer "
                                       "in time");
  if (error == ESRCH || is_dying(process))
    return refuse_ended(process);
  return reply_refusal(process->pid, DSU_E_NO_ANSWER,
                       "dsuctl status shows what is applied now",
                       "the connection broke: %s",
                       error ? strerror(error) : "the agent closed it");
}

/** Updates take milliseconds, as a rule: who waits for longer wants to know. */
static void tell_waiting(const struct process *process, int fd, uint32_t left,
                         bool for_ever) {
  static pid_t told;
  struct pollfd fds[2] = {{fd, POLLIN, 0}, {process->pidfd, POLLIN, 0}};
  if (left <= SILENCE_MS || told == process->pid || !isatty(STDERR_FILENO) ||
      poll(fds, 2, SILENCE_MS) != 0)
    return;
  told = process->pid;
  fprintf(stderr,
          "dsuctl: process %d: waiting for a moment at which it can be changed",
          (int)process->pid);
  if (for_ever)
    fputs(" (an interrupt takes the request back)\n", stderr);
  else
    fprintf(stderr, ", for %.3g s at most\n", left / 1000.0);
}

static json_t *receive_reply(const struct process *process, int fd,
                             uint64_t until_ms) {
  struct dsu_reply header;
  if (!receive(process, fd, &header, sizeof(header), 0, until_ms))
    return refuse_answer(process);
  if (header.magic != (uint32_t)DSU_REPLY_MAGIC ||
      header.length > DSU_MAX_REPLY)
    return reply_refusal(process->pid, DSU_E_NO_ANSWER, NULL,
                         "its answer is not one of an agent");
  char *body = malloc(header.length + 1);
  if (!body)
    return reply_refusal(process->pid, DSU_E_NO_MEMORY, NULL,
                         "none for the answer");
  json_t *reply;
  json_error_t error;
  char end;
  if (!receive(process, fd, body, header.length, 0, until_ms))
    reply = refuse_answer(process);
  else if (!(reply = json_loadb(body, header.length, 0, &error)))
    reply = reply_refusal(process->pid, DSU_E_NO_ANSWER, NULL,
                          "its answer cannot be read: %s", error.text);
  free(body);
  /* The agent closes the connection when it has put everything away. */
  receive(process, fd, &end, 1, 0, until_ms);
  /* As it is seen from here, in case of another pid namespace. */
  json_object_set_new(reply, "pid", json_integer(process->pid));
  return reply;
}

/** Whether the connection ended before any answer: the request was not read.
    An agent that reads one answers it, as long as the process lives. */
static bool was_not_read(const struct process *process, int fd,
                         uint64_t until_ms) {
  char first;
  return !receive(process, fd, &first, 1, MSG_PEEK, until_ms) &&
         (errno == 0 || errno == ECONNRESET);
}

json_t *request_send(const struct process *process,
                     const struct request *request) {
  uint64_t start_ms = now_ms(), until_ms = start_ms + request->timeout_ms;
  uint64_t answer_ms =
      request->timeout_ms > ANSWER_MS ? until_ms : start_ms + ANSWER_MS;
  uint32_t nonce;
  int fd = -1;
  json_t *reply = choose_nonce(process, &nonce);
  if (!reply)
    reply = call_agent(process, nonce, true);
  /* One agent can hand over to another before it has read the request. */
  while (!reply) {
    reply = connect_agent(process, nonce, answer_ms, &fd);
    if (reply || fd < 0)
      break;
    uint64_t now = now_ms();
    uint32_t left = now < until_ms ? (uint32_t)(until_ms - now) : 0;
    /* An agent that refuses at once may close before it has read everything:
       its words count, not that sending failed. */
    send_request(process, fd, request, left);
    tell_waiting(process, fd, left, request->repeated);
    if (!was_not_read(process, fd, until_ms + GRACE_MS) ||
        now_ms() >= answer_ms)
      reply = receive_reply(process, fd, until_ms + GRACE_MS);
    close(fd);
  }
  return reply;
}
