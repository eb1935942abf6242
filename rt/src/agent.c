/*===- agent.c - the thread that serves requests ------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The life of a request:
//
//   signal handler   dsu_agent_note     puts the nonce into the ring
//   any thread       dsu_agent_start    makes the agent's thread
//   agent            serve              a socket for each nonce, one connection
//                                       and one request on each, then gone
//
// The ring is lock-free: a cell is 0 or a nonce, claimed by compare-and-swap in
// the handler and by exchange in the agent.  `running` tells whether an agent
// exists.  One that is about to end clears `running` first and looks at the
// ring after that; whoever notes a nonce stores it first and looks at `running`
// after that.  Both are sequentially consistent, so one of the two sees the
// other and no request is left lying.
//
// Who may ask: the process's own user and root; root alone if the process
// cannot be dumped or its credentials are not those that it began with, as it
// may then hold secrets or powers that its user does not have.  The agent's
// thread calls the kernel directly where libc's functions are interposed as
// blocking calls.
//
//===----------------------------------------------------------------------===*/

#include "agent.h"

#include "control.h"
#include "log.h"
#include "memory.h"
#include "open_object.h"
#include "patch.h"
#include "starter.h"
#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum {
  RING_SIZE = 8,
  CONNECT_MS = 5000, /* a client that has signalled has to come */
  REQUEST_MS = 5000, /* and to say what it wants */
  REPLY_MS = 5000,   /* and to listen */
  LOOK_MS = 10,      /* how often the ring is looked at meanwhile */
  STACK_SIZE = 256 << 10,
  MAX_STACK_SIZE = 64 << 20
};

static _Atomic(uint64_t) ring[RING_SIZE];
static atomic_bool wanted;
static atomic_bool running;

/** A descriptor of ours, with what it referred to when it was opened: the
    program may close it, and open something else under its number. */
struct owned {
  int fd;
  dev_t device;
  ino_t inode;
};

static struct {
  struct owned socket;
  uint64_t deadline_ns;
} listeners[RING_SIZE];
static struct owned connection;
static int process_directory = -1, task_directory = -1;

struct credentials {
  uid_t ruid, euid, suid;
  gid_t rgid, egid, sgid;
};
static struct credentials at_start;

static struct credentials current_credentials(void) {
  struct credentials c = {0};
  getresuid(&c.ruid, &c.euid, &c.suid);
  getresgid(&c.rgid, &c.egid, &c.sgid);
  return c;
}

__attribute__((constructor)) static void remember_credentials(void) {
  at_start = current_credentials();
}

/*--- Noting and starting ----------------------------------------------------*/

/** A cell of the ring: a request to this process, not to the one that it was
    forked from. */
static uint64_t cell_of(uint32_t nonce) {
  return (uint64_t)dsu_sys_getpid() << 32 | nonce;
}

void dsu_agent_note(uint32_t nonce) {
  if (nonce == 0)
    return;
  uint64_t cell = cell_of(nonce);
  for (int i = 0; i < RING_SIZE; ++i)
    if (atomic_load(&ring[i]) == cell)
      return;
  for (int i = 0; i < RING_SIZE; ++i) {
    uint64_t empty = 0;
    if (atomic_compare_exchange_strong(&ring[i], &empty, cell)) {
      atomic_store(&wanted, true);
      return;
    }
  }
}

bool dsu_agent_wanted(void) {
  return atomic_load_explicit(&wanted, memory_order_relaxed);
}

static void *agent_main(void *unused);

/** The kernel's mask, past any interposed function; the two signals that libc
    keeps for itself stay open, or setuid would wait for us for ever. */
static void block_signals(uint64_t *saved) {
  enum { LIBC_FIRST = 32, LIBC_LAST = 33 };
  uint64_t all = ~((1ull << (LIBC_FIRST - 1)) | (1ull << (LIBC_LAST - 1)));
  dsu_sys6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&all, (long)saved,
           sizeof(uint64_t), 0, 0);
}

static void restore_signals(const uint64_t *saved) {
  dsu_sys6(SYS_rt_sigprocmask, SIG_SETMASK, (long)saved, 0, sizeof(uint64_t), 0,
           0);
}

/** Programs with much thread-local data need a larger stack: it holds them. */
static int create_thread(void) {
  pthread_attr_t attributes;
  pthread_t thread;
  int error = pthread_attr_init(&attributes);
  if (error)
    return error;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  error = EINVAL;
  for (size_t size = STACK_SIZE; error == EINVAL && size <= MAX_STACK_SIZE;
       size *= 4) {
    pthread_attr_setstacksize(&attributes, size);
    error = pthread_create(&thread, &attributes, agent_main, NULL);
  }
  pthread_attr_destroy(&attributes);
  return error;
}

static void create(void) {
  int error = create_thread();
  if (!error)
    return;
  for (int i = 0; i < RING_SIZE; ++i)
    atomic_store(&ring[i], 0);
  atomic_store(&running, false);
  dsu_log("no agent: a thread cannot be made (%s)", strerrorname_np(error));
}

void dsu_agent_start(void) {
  if (!atomic_exchange(&wanted, false))
    return;
  bool none = false;
  if (!atomic_compare_exchange_strong(&running, &none, true))
    return; /* it will look at the ring before it goes */
  int saved_errno = errno;
  uint64_t mask;
  block_signals(&mask);
  if (!dsu_starter_exists()) {
    create();
  } else if (!dsu_starter_run(create)) {
    /* The client calls again. */
    atomic_store(&running, false);
    atomic_store(&wanted, true);
  }
  restore_signals(&mask);
  errno = saved_errno;
}

/*--- Descriptors ------------------------------------------------------------*/

static struct owned own(int fd) {
  struct owned owned = {.fd = dsu_move_descriptor(fd)};
  struct stat status = {0};
  if (owned.fd >= 0 && fstat(owned.fd, &status) == 0) {
    owned.device = status.st_dev;
    owned.inode = status.st_ino;
  }
  return owned;
}

static bool still_ours(const struct owned *owned) {
  struct stat status = {0};
  return owned->fd >= 0 && fstat(owned->fd, &status) == 0 &&
         status.st_dev == owned->device && status.st_ino == owned->inode;
}

static void release(struct owned *owned) {
  if (still_ours(owned))
    dsu_sys6(SYS_close, owned->fd, 0, 0, 0, 0, 0);
  owned->fd = -1;
}

static int poll_until(struct pollfd *fds, unsigned count, uint64_t until_ns) {
  uint64_t now = dsu_now_ns();
  uint64_t left_ms = now < until_ns ? (until_ns - now + 999999) / 1000000 : 0;
  return (int)dsu_sys6(SYS_poll, (long)fds, count, (long)left_ms, 0, 0, 0);
}

/** Waits until the connection can be used; false when the time is up. */
static bool ready(short events, uint64_t until_ns) {
  for (;;) {
    if (!still_ours(&connection))
      return false;
    struct pollfd poll = {.fd = connection.fd, .events = events};
    int result = poll_until(&poll, 1, until_ns);
    if (result == -EINTR)
      continue;
    return result > 0 && !(poll.revents & (POLLERR | POLLNVAL));
  }
}

/*--- Reading and answering --------------------------------------------------*/

int dsu_agent_process_directory(void) { return process_directory; }

int dsu_agent_task_directory(void) { return task_directory; }

static void close_directories(void) {
  if (process_directory >= 0)
    close(process_directory);
  if (task_directory >= 0)
    close(task_directory);
  process_directory = task_directory = -1;
}

/** Takes a directory over.  It is believed only if it is of /proc and this very
    thread is in it. */
static void take_directory(int fd) {
  struct statfs system = {0};
  char name[16];
  snprintf(name, sizeof(name), "%d", (int)dsu_sys_gettid());
  close_directories();
  process_directory = dsu_move_descriptor(fd);
  if (fstatfs(process_directory, &system) == 0 &&
      system.f_type == PROC_SUPER_MAGIC)
    task_directory = dsu_move_descriptor(
        openat(process_directory, "task", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (task_directory < 0 || faccessat(task_directory, name, F_OK, 0) != 0)
    close_directories();
}

/** One directory and one other descriptor are kept, the rest is closed. */
static void sort_descriptor(int received, int *fd) {
  struct stat status = {0};
  if (fstat(received, &status) == 0 && S_ISDIR(status.st_mode))
    take_directory(received);
  else if (*fd < 0)
    *fd = dsu_move_descriptor(received);
  else
    close(received);
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
    long got = dsu_sys6(SYS_recvmsg, connection.fd, (long)&message,
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
    long sent = dsu_sys6(SYS_sendto, connection.fd, (long)next, (long)size,
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

bool dsu_agent_abandoned(void) {
  struct pollfd poll = {connection.fd, 0, 0};
  return !still_ours(&connection) || poll_until(&poll, 1, 0) > 0;
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

static const char *why_root_only(void) {
  struct credentials now = current_credentials();
  if (getauxval(AT_SECURE))
    return "the program runs with raised privileges";
  if (now.ruid != now.euid || now.ruid != now.suid || now.rgid != now.egid ||
      now.rgid != now.sgid)
    return "the process runs under several user or group ids";
  if (memcmp(&now, &at_start, sizeof(now)) != 0)
    return "the process has changed its user or group";
  if (prctl(PR_GET_DUMPABLE) != 1)
    return "the process is not dumpable";
  return NULL;
}

static bool peer_allowed(void) {
  struct ucred peer = {0};
  socklen_t size = sizeof(peer);
  if (getsockopt(connection.fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    refuse(DSU_E_PERMISSION, "the client's identity is not known");
    return false;
  }
  const char *root_only = why_root_only();
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
    if (fd >= 0)
      close(fd);
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

static void serve_connection(void) {
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
    if (fd >= 0)
      close(fd);
    refuse(DSU_E_REQUEST, wrong);
    return;
  }
  body[request.length] = 0;
  answer(&request, body, fd);
}

/*--- The agent's loop -------------------------------------------------------*/

static struct owned listen_for(uint32_t nonce) {
  struct owned none = {.fd = -1};
  struct owned owned =
      own(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (owned.fd < 0) {
    dsu_log("no socket for a request: %s", strerrorname_np(errno));
    return none;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  /* An abstract name: a NUL first, no NUL at the end. */
  int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                        DSU_SOCKET_FORMAT, (int)getpid(), nonce);
  socklen_t size =
      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
  if (bind(owned.fd, (struct sockaddr *)&address, size) != 0 ||
      listen(owned.fd, 1) != 0) {
    dsu_log("no socket for a request: %s", strerrorname_np(errno));
    release(&owned);
    return none;
  }
  return owned;
}

/** Opens a socket for each new nonce; true if any socket waits. */
static bool take_requests(void) {
  bool any = false;
  for (int i = 0; i < RING_SIZE; ++i) {
    if (listeners[i].socket.fd >= 0) {
      any = true;
      continue;
    }
    /* The cell keeps its nonce while it is served, against repetitions. */
    uint32_t nonce = (uint32_t)atomic_load(&ring[i]);
    if (nonce == 0)
      continue;
    listeners[i].socket = listen_for(nonce);
    listeners[i].deadline_ns = dsu_now_ns() + CONNECT_MS * 1000000ull;
    if (listeners[i].socket.fd >= 0)
      any = true;
    else
      atomic_store(&ring[i], 0);
  }
  return any;
}

static void finish(int i) {
  release(&listeners[i].socket);
  atomic_store(&ring[i], 0);
}

static void accept_from(int i) {
  long fd =
      dsu_sys6(SYS_accept4, listeners[i].socket.fd, 0, 0, SOCK_CLOEXEC, 0, 0);
  if (fd == -EAGAIN || fd == -EINTR || fd == -ECONNABORTED)
    return;
  if (fd < 0) {
    finish(i);
    return;
  }
  connection = own((int)fd);
  /* Somebody who may not ask must not keep the one who may from asking.  And
     who cannot be answered (seccomp) must not find things changed. */
  if (peer_allowed() &&
      dsu_sys6(SYS_sendto, connection.fd, 0, 0, MSG_NOSIGNAL, 0, 0) == 0) {
    finish(i);
    serve_connection();
    close_directories();
  }
  release(&connection);
}

/** Waits a moment for clients and serves one that came. */
static void serve_round(void) {
  struct pollfd fds[RING_SIZE];
  for (int i = 0; i < RING_SIZE; ++i) {
    if (listeners[i].socket.fd >= 0 && !still_ours(&listeners[i].socket))
      finish(i);
    fds[i] = (struct pollfd){listeners[i].socket.fd, POLLIN, 0};
  }
  int result = poll_until(fds, RING_SIZE, dsu_now_ns() + LOOK_MS * 1000000ull);
  uint64_t now = dsu_now_ns();
  for (int i = 0; i < RING_SIZE; ++i) {
    if (listeners[i].socket.fd < 0)
      continue;
    if (result > 0 && fds[i].revents)
      accept_from(i);
    else if (now > listeners[i].deadline_ns)
      finish(i);
  }
}

static void *agent_main(void *unused) {
  (void)unused;
  dsu_starter_wait();
  prctl(PR_SET_NAME, "dsu-agent");
  for (int i = 0; i < RING_SIZE; ++i)
    listeners[i].socket.fd = -1;
  connection.fd = -1;
  bool mine = true;
  while (mine) {
    while (take_requests())
      serve_round();
    atomic_store(&running, false);
    mine = false;
    for (int i = 0; i < RING_SIZE && !mine; ++i)
      if (atomic_load(&ring[i]) != 0) {
        bool none = false;
        mine = atomic_compare_exchange_strong(&running, &none, true);
        break;
      }
  }
  return NULL;
}

void dsu_agent_after_fork(void) {
  bool was_running = atomic_exchange(&running, false);
  dsu_starter_after_fork();
  /* A request to the child can have come before this. */
  bool asked = false;
  for (int i = 0; i < RING_SIZE; ++i) {
    uint64_t cell = atomic_load(&ring[i]);
    if (cell_of((uint32_t)cell) == cell)
      asked = true;
    else
      atomic_compare_exchange_strong(&ring[i], &cell, 0);
  }
  atomic_store(&wanted, asked);
  dsu_log_after_fork();
  dsu_patch_after_fork();
  if (!was_running)
    return;
  int saved_errno = errno;
  for (int i = 0; i < RING_SIZE; ++i)
    release(&listeners[i].socket);
  release(&connection);
  errno = saved_errno;
}
