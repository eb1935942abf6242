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
// The agent has a table of descriptors of its own.
//
// The ring is lock-free: a cell is 0 or a nonce, stored by the handler and
// taken by exchange in the agent.  Clients can be killed before they come, so
// neither the ring nor the agent's sockets are ever full: a new one takes the
// place of the oldest, which calls again if it is still there.
//
// `running` tells whether an agent exists.  One that is about to end clears
// `running` first and looks at the ring after that; whoever notes a nonce
// stores it first and looks at `running` after that.  Both are sequentially
// consistent, so one of the two sees the other and no request is left lying.
//
// The agent's thread calls the kernel directly where libc's functions are
// interposed as blocking calls.
//
//===----------------------------------------------------------------------===*/

#include "agent.h"

#include "credentials.h"
#include "descriptor.h"
#include "flush.h"
#include "log.h"
#include "patch.h"
#include "request.h"
#include "starter.h"
#include "stop.h"
#include "sys.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum {
  RING_SIZE = 8,
  CONNECT_MS = 5000, /* a client that has signalled has to come */
  LOOK_MS = 10       /* how often the ring is looked at meanwhile */
};

static _Atomic(uint64_t) ring[RING_SIZE];
static atomic_uint next_cell;
static atomic_bool wanted;
static atomic_bool running;
static pid_t started_by;

static struct {
  int socket;
  uint32_t nonce;
  uint64_t deadline_ns;
} listeners[RING_SIZE] = {[0 ... RING_SIZE - 1] = {.socket = -1}};

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
    if (atomic_load(&ring[i]) == cell) {
      atomic_store(&wanted, true); /* an agent that gave up has not seen it */
      return;
    }
  atomic_store(&ring[atomic_fetch_add(&next_cell, 1) % RING_SIZE], cell);
  atomic_store(&wanted, true);
}

bool dsu_agent_wanted(void) {
  return atomic_load_explicit(&wanted, memory_order_relaxed);
}

static void serve_all(void);

/** The kernel's mask, past any interposed function; null: nothing is saved. */
static void change_mask(int how, uint64_t mask, uint64_t *saved) {
  dsu_sys6(SYS_rt_sigprocmask, how, (long)&mask, (long)saved, sizeof(mask), 0,
           0);
}

/** For the agent, which inherits them: all but libc's own, which stay as they
    are, and faults, which an allocator may answer (lazily committed memory, a
    garbage collector's barriers). */
static void block_signals(uint64_t *saved) {
  const uint64_t libc =
      dsu_signal_bit(DSU_LIBC_CANCEL) | dsu_signal_bit(DSU_LIBC_SETXID);
  const uint64_t faults = dsu_signal_bit(SIGSEGV) | dsu_signal_bit(SIGBUS) |
                          dsu_signal_bit(SIGFPE) | dsu_signal_bit(SIGILL) |
                          dsu_signal_bit(SIGTRAP);
  change_mask(SIG_BLOCK, ~(libc | faults), saved);
  change_mask(SIG_UNBLOCK, faults, NULL);
}

/** There will be no agent for those who have called. */
static void give_up(const char *why) {
  for (int i = 0; i < RING_SIZE; ++i)
    atomic_store(&ring[i], 0);
  atomic_store(&running, false);
  dsu_log_in_memory("no agent: %s", why);
}

static void serve_unless(int error) {
  char words[80];
  if (!error) {
    serve_all();
    return;
  }
  snprintf(words, sizeof(words), "a thread cannot be made (%s)",
           strerrorname_np(error));
  give_up(words);
}

static void *agent_main(void *unused) {
  serve_all();
  return unused;
}

/** Where there can be no helper (starter.h).  The thread gets this one's mask;
    setuid waits until all threads have had its signal, so that is not blocked,
    even if it was where the request came. */
static void create(void) {
  enum { STACK_SIZE = 256 << 10 };
  pthread_attr_t attributes;
  pthread_t thread;
  change_mask(SIG_UNBLOCK, dsu_signal_bit(DSU_LIBC_SETXID), NULL);
  int error = dsu_sys_rseq_forbidden() ? EPERM : pthread_attr_init(&attributes);
  if (!error) {
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    error = pthread_create(&thread, &attributes, agent_main, NULL);
    pthread_attr_destroy(&attributes);
  }
  if (error)
    serve_unless(error);
}

void dsu_agent_start(void) {
  if (!atomic_exchange(&wanted, false))
    return;
  bool none = false;
  if (!atomic_compare_exchange_strong(&running, &none, true))
    return; /* it will look at the ring before it goes */
  int saved_errno = errno;
  uint64_t mask = 0;
  block_signals(&mask);
  started_by = (pid_t)dsu_sys_gettid();
  if (!dsu_starter_exists()) {
    create();
  } else if (!dsu_starter_run(serve_unless)) {
    /* The client calls again. */
    atomic_store(&running, false);
    atomic_store(&wanted, true);
  }
  change_mask(SIG_SETMASK, mask, NULL);
  errno = saved_errno;
}

/*--- The agent's loop -------------------------------------------------------*/

static int listen_for(uint32_t nonce) {
  int fd = dsu_descriptor_move(
      socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (fd < 0) {
    dsu_log("no socket for a request: %s", strerrorname_np(errno));
    return -1;
  }
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  /* An abstract name: a NUL first, no NUL at the end. */
  int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
                        DSU_SOCKET_FORMAT, (int)getpid(), nonce);
  socklen_t size =
      (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)length);
  if (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, 1) != 0) {
    dsu_log("no socket for a request: %s", strerrorname_np(errno));
    dsu_descriptor_close(&fd);
  }
  return fd;
}

static void finish(int i) { dsu_descriptor_close(&listeners[i].socket); }

static bool listens_for(uint32_t nonce) {
  for (int i = 0; i < RING_SIZE; ++i)
    if (listeners[i].socket >= 0 && listeners[i].nonce == nonce)
      return true;
  return false;
}

/** A free place, or the one of the client that has not come for longest; -1 if
    all have come. */
static int find_place(void) {
  int place = -1;
  for (int i = 0; i < RING_SIZE; ++i) {
    if (listeners[i].socket < 0)
      return i;
    struct pollfd come = {listeners[i].socket, POLLIN, 0};
    if (dsu_poll_until(&come, 1, 0) == 0 &&
        (place < 0 || listeners[i].deadline_ns < listeners[place].deadline_ns))
      place = i;
  }
  return place;
}

/** Opens a socket for each new nonce; true if any socket waits. */
static bool take_requests(void) {
  for (int i = 0; i < RING_SIZE; ++i) {
    int place = atomic_load(&ring[i]) ? find_place() : -1;
    if (place < 0)
      continue;
    uint32_t nonce = (uint32_t)atomic_exchange(&ring[i], 0);
    if (listens_for(nonce))
      continue; /* the client has called again */
    finish(place);
    listeners[place].socket = listen_for(nonce);
    listeners[place].nonce = nonce;
    listeners[place].deadline_ns = dsu_now_ns() + CONNECT_MS * 1000000ull;
  }
  for (int i = 0; i < RING_SIZE; ++i)
    if (listeners[i].socket >= 0)
      return true;
  return false;
}

static void accept_from(int i) {
  long fd =
      dsu_sys6(SYS_accept4, listeners[i].socket, 0, 0, SOCK_CLOEXEC, 0, 0);
  if (fd == -EAGAIN || fd == -EINTR || fd == -ECONNABORTED)
    return;
  if (fd < 0) {
    finish(i);
    return;
  }
  /* Somebody who may not ask must not keep the one who may from asking. */
  if (dsu_request_open((int)fd)) {
    finish(i);
    dsu_request_serve();
  }
}

bool dsu_agent_outlived_powers(void) {
  pid_t other = started_by;
  return dsu_credentials_differ(&other, true);
}

/** Whether the program has changed its user, groups or capabilities and this
    thread has not.  Then another one goes on with what waits: with the requests
    that nobody has read.  Clients whose connection breaks before that call
    again, and find the new one's sockets. */
static bool hand_over(bool client) {
  pid_t other = started_by;
  if (!dsu_credentials_differ(&other, false))
    return false;
  if (client)
    dsu_log("the agent ends: the process has changed its user or group; "
            "the next one serves");
  for (int i = 0; i < RING_SIZE; ++i)
    if (listeners[i].socket >= 0) {
      finish(i);
      dsu_agent_note(listeners[i].nonce);
    }
  atomic_store(&running, false);
  atomic_store(&wanted, true);
  dsu_stop_summon(other);
  return true;
}

/** Waits a moment for clients and serves one that came; false if another agent
    does so. */
static bool serve_round(void) {
  struct pollfd fds[RING_SIZE];
  int places[RING_SIZE] = {0};
  unsigned count = 0; /* RLIMIT_NOFILE limits it */
  for (int i = 0; i < RING_SIZE; ++i)
    if (listeners[i].socket >= 0) {
      places[i] = (int)count;
      fds[count++] = (struct pollfd){listeners[i].socket, POLLIN, 0};
    }
  int result = dsu_poll_until(fds, count, dsu_now_ns() + LOOK_MS * 1000000ull);
  if (hand_over(result > 0))
    return false;
  uint64_t now = dsu_now_ns();
  for (int i = 0; i < RING_SIZE; ++i) {
    if (listeners[i].socket < 0)
      continue;
    if (result > 0 && fds[places[i]].revents)
      accept_from(i);
    else if (now > listeners[i].deadline_ns)
      finish(i);
  }
  return true;
}

static void serve_all(void) {
  prctl(PR_SET_NAME, "dsu-agent");
  const char *shared = dsu_descriptor_separate();
  if (shared) {
    char words[160];
    snprintf(words, sizeof(words), "it cannot have descriptors of its own: %s",
             shared);
    give_up(words);
    return;
  }
  bool mine = true;
  while (mine) {
    while (take_requests())
      if (!serve_round())
        return;
    atomic_store(&running, false);
    mine = false;
    for (int i = 0; i < RING_SIZE && !mine; ++i)
      if (atomic_load(&ring[i]) != 0) {
        bool none = false;
        mine = atomic_compare_exchange_strong(&running, &none, true);
        break;
      }
  }
}

void dsu_agent_after_fork(void) {
  atomic_store(&running, false);
  dsu_starter_after_fork();
  dsu_flush_after_fork();
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
  for (int i = 0; i < RING_SIZE; ++i)
    listeners[i].socket = -1; /* the child's table has none of them */
  dsu_request_after_fork();
}
