/*===- blocking_io.c - waiting for descriptors and queues -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See blocking.h.  Definitions follow libc's prototypes; semantics are libc's
// but for the interruptions that only our signal caused.
//
//===----------------------------------------------------------------------===*/

#include "blocking.h"
#include "real.h"
#include "signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static struct timespec from_ms(int milliseconds) {
  return (struct timespec){.tv_sec = milliseconds / 1000,
                           .tv_nsec = (long)(milliseconds % 1000) * 1000000};
}

/* Rounds up, as the kernel does: never return early. */
static int to_ms(const struct timespec *time) {
  return (int)(time->tv_sec * 1000 + (time->tv_nsec + 999999) / 1000000);
}

/*--- epoll ------------------------------------------------------------------*/

/* A call that only we interrupted, to be made again by its variant that takes a
   mask; see blocking.h. */
struct resumed {
  int (*again)(const struct resumed *, struct dsu_call *, const sigset_t *mask);
  const struct timespec *timeout; /* null: none */
  uint64_t start_ns;
  const sigset_t *mask; /* null: the one in force */
  int descriptor, count;
  void *first, *second, *third; /* arguments that are passed on */
};

static int resume(struct dsu_call *call, const struct resumed *what) {
  struct dsu_mask_guard guard;
  int result = -1;
  do {
    dsu_mask_all(&guard);
    if (dsu_signal_counts.app != call->seen.app) {
      dsu_mask_restore(&guard);
      errno = EINTR;
      return -1;
    }
    result = what->again(what, call, what->mask ? what->mask : &guard.before);
    int error = errno;
    dsu_mask_restore(&guard);
    errno = error;
  } while (result < 0 && dsu_call_disturbed(call));
  return result;
}

static int epoll_again(const struct resumed *what, struct dsu_call *call,
                       const sigset_t *mask) {
  struct timespec left;
  int rest = what->timeout
                 ? to_ms(dsu_time_left(&left, what->timeout, what->start_ns))
                 : -1;
  int result;
  DSU_IN_WINDOW(*call, result,
                DSU_REAL(epoll_pwait)(what->descriptor, what->first,
                                      what->count, rest, mask));
  return result;
}

static int resume_epoll(struct dsu_call *call, int epfd,
                        struct epoll_event *events, int maxevents, int timeout,
                        uint64_t start_ns, const sigset_t *mask) {
  struct timespec total = from_ms(timeout > 0 ? timeout : 0);
  return resume(call, &(struct resumed){.again = epoll_again,
                                        .timeout = timeout < 0 ? NULL : &total,
                                        .start_ns = start_ns,
                                        .mask = mask,
                                        .descriptor = epfd,
                                        .count = maxevents,
                                        .first = events});
}

/* At a thread's first call, or when an agent is wanted. */
__attribute__((noinline, cold)) static int
epoll_wait_in_full(int epfd, struct epoll_event *events, int maxevents,
                   int timeout) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout > 0 ? dsu_call_start_ns() : 0;
  int result;
  DSU_IN_WINDOW(call, result,
                DSU_REAL(epoll_wait)(epfd, events, maxevents, timeout));
  if (result < 0 && dsu_call_disturbed(&call))
    return resume_epoll(&call, epfd, events, maxevents, timeout, start_ns,
                        NULL);
  return result;
}

/* The same with fewer instructions: what a server's loop calls for each
   request. What outlives the call is on the stack, not in registers that would
   have to be saved first. */
struct epoll_kept {
  struct epoll_event *events;
  uint64_t seen;
  int epfd, maxevents, timeout;
  struct timespec start; /* if the timeout is long */
};

/* To look at the clock takes longer than all the rest.  So a timeout up to this
   one begins anew when the call is interrupted for the first time. */
enum { SHORT_MS = 100 };

/* Leaves a window that is being committed in, or makes a call that was
   interrupted again. */
__attribute__((noinline, cold)) static int
epoll_wait_afterwards(int result, const volatile struct epoll_kept *kept) {
  struct dsu_call call = {.self = dsu_self_record, .seen.both = kept->seen};
  dsu_window_leave(call.self);
  if (result >= 0 || !dsu_call_disturbed(&call))
    return result;
  const struct timespec start = kept->start;
  uint64_t start_ns =
      kept->timeout > SHORT_MS ? dsu_to_ns(&start) : dsu_call_start_ns();
  return resume_epoll(&call, kept->epfd, kept->events, kept->maxevents,
                      kept->timeout, start_ns, NULL);
}

/* The thread has a record, so libc's functions have been looked up. */
static inline __attribute__((always_inline)) int
epoll_wait_quickly(struct dsu_thread *self, int epfd,
                   struct epoll_event *events, int maxevents, int timeout,
                   volatile struct epoll_kept *kept) {
  kept->seen = dsu_signal_counts.both;
  DSU_WINDOW_ENTER(self);
  int result = DSU_REAL_READY(epoll_wait)(epfd, events, maxevents, timeout);
  self = dsu_self_record; /* read again: it was in no saved register */
  self->in = 0;
  atomic_signal_fence(memory_order_seq_cst); /* thread.h (B) */
  if (__builtin_expect(result < 0, 0) || dsu_is_set(&dsu_committing))
    return epoll_wait_afterwards(result, kept);
  return result;
}

static inline void epoll_keep(volatile struct epoll_kept *kept, int epfd,
                              struct epoll_event *events, int maxevents,
                              int timeout) {
  kept->epfd = epfd;
  kept->events = events;
  kept->maxevents = maxevents;
  kept->timeout = timeout;
}

__attribute__((noinline)) static int
epoll_wait_timed(int epfd, struct epoll_event *events, int maxevents,
                 int timeout) {
  volatile struct epoll_kept kept;
  epoll_keep(&kept, epfd, events, maxevents, timeout);
  clock_gettime(CLOCK_MONOTONIC, (struct timespec *)&kept.start);
  return epoll_wait_quickly(dsu_self_record, kept.epfd, kept.events,
                            kept.maxevents, kept.timeout, &kept);
}

DSU_EXPORT int epoll_wait(int epfd, struct epoll_event *events, int maxevents,
                          int timeout) {
  struct dsu_thread *self = dsu_self_record;
  if (__builtin_expect(!self, 0) || dsu_summon_wanted())
    return epoll_wait_in_full(epfd, events, maxevents, timeout);
  if (timeout > SHORT_MS)
    return epoll_wait_timed(epfd, events, maxevents, timeout);
  volatile struct epoll_kept kept;
  epoll_keep(&kept, epfd, events, maxevents, timeout);
  return epoll_wait_quickly(self, epfd, events, maxevents, timeout, &kept);
}

DSU_EXPORT int epoll_pwait(int epfd, struct epoll_event *events, int maxevents,
                           int timeout, const sigset_t *mask) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout > 0 ? dsu_call_start_ns() : 0;
  int result;
  DSU_IN_WINDOW(call, result,
                DSU_REAL(epoll_pwait)(epfd, events, maxevents, timeout, mask));
  if (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call))
    return resume_epoll(&call, epfd, events, maxevents, timeout, start_ns,
                        mask);
  return result;
}

DSU_EXPORT int epoll_pwait2(int epfd, struct epoll_event *events, int maxevents,
                            const struct timespec *timeout,
                            const sigset_t *mask) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  struct timespec left;
  const struct timespec *rest = timeout;
  int result;
  do {
    DSU_IN_WINDOW(call, result,
                  DSU_REAL(epoll_pwait2)(epfd, events, maxevents, rest, mask));
    if (result >= 0 || !dsu_call_disturbed(&call))
      return result;
    rest = dsu_time_left(&left, timeout, start_ns);
  } while (true);
}

/*--- poll -------------------------------------------------------------------*/

static int poll_again(const struct resumed *what, struct dsu_call *call,
                      const sigset_t *mask) {
  struct timespec left;
  int result;
  DSU_IN_WINDOW(*call, result,
                DSU_REAL(ppoll)(
                    what->first, *(const nfds_t *)what->second,
                    dsu_time_left(&left, what->timeout, what->start_ns), mask));
  return result;
}

static int resume_poll(struct dsu_call *call, struct pollfd *fds, nfds_t count,
                       const struct timespec *timeout, uint64_t start_ns,
                       const sigset_t *mask) {
  return resume(call, &(struct resumed){.again = poll_again,
                                        .timeout = timeout,
                                        .start_ns = start_ns,
                                        .mask = mask,
                                        .first = fds,
                                        .second = &count});
}

DSU_INSIDE static int poll_in_window(struct pollfd *fds, nfds_t count,
                                     int timeout) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout > 0 ? dsu_call_start_ns() : 0;
  int result;
  DSU_IN_WINDOW(call, result, DSU_REAL(poll)(fds, count, timeout));
  if (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call)) {
    struct timespec total = from_ms(timeout > 0 ? timeout : 0);
    return resume_poll(&call, fds, count, timeout < 0 ? NULL : &total, start_ns,
                       NULL);
  }
  return result;
}

DSU_EXPORT int poll(struct pollfd *fds, nfds_t count, int timeout) {
  return poll_in_window(fds, count, timeout);
}

DSU_INSIDE static int ppoll_in_window(struct pollfd *fds, nfds_t count,
                                      const struct timespec *timeout,
                                      const sigset_t *mask) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  int result;
  DSU_IN_WINDOW(call, result, DSU_REAL(ppoll)(fds, count, timeout, mask));
  if (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call))
    return resume_poll(&call, fds, count, timeout, start_ns, mask);
  return result;
}

DSU_EXPORT int ppoll(struct pollfd *fds, nfds_t count,
                     const struct timespec *timeout, const sigset_t *mask) {
  return ppoll_in_window(fds, count, timeout, mask);
}

/* What a program compiled with _FORTIFY_SOURCE calls instead. */
int __poll_chk(struct pollfd *fds, nfds_t count, int timeout, size_t size);
int __ppoll_chk(struct pollfd *fds, nfds_t count,
                const struct timespec *timeout, const sigset_t *mask,
                size_t size);
void __chk_fail(void) __attribute__((noreturn));

DSU_EXPORT int __poll_chk(struct pollfd *fds, nfds_t count, int timeout,
                          size_t size) {
  if (size / sizeof *fds < count)
    __chk_fail();
  return poll_in_window(fds, count, timeout);
}

DSU_EXPORT int __ppoll_chk(struct pollfd *fds, nfds_t count,
                           const struct timespec *timeout, const sigset_t *mask,
                           size_t size) {
  if (size / sizeof *fds < count)
    __chk_fail();
  return ppoll_in_window(fds, count, timeout, mask);
}

/*--- select -----------------------------------------------------------------*/

/* The kernel leaves the sets alone when it is interrupted. */
static int select_again(const struct resumed *what, struct dsu_call *call,
                        const sigset_t *mask) {
  struct timespec left;
  int result;
  DSU_IN_WINDOW(*call, result,
                DSU_REAL(pselect)(
                    what->count, what->first, what->second, what->third,
                    dsu_time_left(&left, what->timeout, what->start_ns), mask));
  return result;
}

static int resume_select(struct dsu_call *call, int count, fd_set *readable,
                         fd_set *writable, fd_set *exceptional,
                         const struct timespec *timeout, uint64_t start_ns,
                         const sigset_t *mask) {
  return resume(call, &(struct resumed){.again = select_again,
                                        .timeout = timeout,
                                        .start_ns = start_ns,
                                        .mask = mask,
                                        .count = count,
                                        .first = readable,
                                        .second = writable,
                                        .third = exceptional});
}

DSU_EXPORT int select(int count, fd_set *readable, fd_set *writable,
                      fd_set *exceptional, struct timeval *timeout) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  struct timespec total = {0};
  if (timeout)
    total = (struct timespec){.tv_sec = timeout->tv_sec,
                              .tv_nsec = timeout->tv_usec * 1000};
  int result;
  DSU_IN_WINDOW(
      call, result,
      DSU_REAL(select)(count, readable, writable, exceptional, timeout));
  if (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call)) {
    result = resume_select(&call, count, readable, writable, exceptional,
                           timeout ? &total : NULL, start_ns, NULL);
    if (timeout) { /* Linux writes back what is left */
      struct timespec left;
      dsu_time_left(&left, &total, start_ns);
      timeout->tv_sec = left.tv_sec;
      timeout->tv_usec = left.tv_nsec / 1000;
    }
  }
  return result;
}

DSU_EXPORT int pselect(int count, fd_set *readable, fd_set *writable,
                       fd_set *exceptional, const struct timespec *timeout,
                       const sigset_t *mask) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  int result;
  DSU_IN_WINDOW(
      call, result,
      DSU_REAL(pselect)(count, readable, writable, exceptional, timeout, mask));
  if (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call))
    return resume_select(&call, count, readable, writable, exceptional, timeout,
                         start_ns, mask);
  return result;
}

/*--- Calls that need no more than being made again --------------------------*/

/* Makes a call inside a window, again when only we interrupted it. */
#define WINDOW_CALL(TYPE, NAME, PARAMETERS, ARGUMENTS)                         \
  DSU_EXPORT TYPE NAME PARAMETERS {                                            \
    struct dsu_call call = dsu_call_begin();                                   \
    TYPE result;                                                               \
    do                                                                         \
      DSU_IN_WINDOW(call, result, DSU_REAL(NAME) ARGUMENTS);                   \
    while (__builtin_expect(result < 0, 0) && dsu_call_disturbed(&call));      \
    return result;                                                             \
  }

/* The kernel restarts these by itself but on sockets with a timeout, whose time
   begins anew then.  They are the hottest calls of a server: as long as the
   program has set no such timeout they cost a test and a jump. */
#define GUARDED_CALL(TYPE, NAME, PARAMETERS, ARGUMENTS)                        \
  __attribute__((noinline, cold)) static TYPE guarded_##NAME PARAMETERS {      \
    struct dsu_call call = dsu_call_begin_guarded();                           \
    TYPE result;                                                               \
    do                                                                         \
      result = DSU_REAL(NAME) ARGUMENTS;                                       \
    while (result < 0 && dsu_call_disturbed(&call));                           \
    return result;                                                             \
  }                                                                            \
  static inline TYPE quick_##NAME PARAMETERS {                                 \
    if (dsu_is_set(&dsu_guard_reasons))                                        \
      return guarded_##NAME ARGUMENTS;                                         \
    return DSU_REAL_READY(NAME) ARGUMENTS;                                     \
  }                                                                            \
  DSU_EXPORT TYPE NAME PARAMETERS { return quick_##NAME ARGUMENTS; }

DSU_EXPORT int setsockopt(int fd, int level, int name, const void *value,
                          socklen_t size) {
  if (level == SOL_SOCKET && (name == SO_RCVTIMEO || name == SO_SNDTIMEO))
    atomic_fetch_or(&dsu_guard_reasons, DSU_GUARD_TIMEOUTS);
  return DSU_REAL(setsockopt)(fd, level, name, value, size);
}

WINDOW_CALL(int, accept, (int fd, struct sockaddr *address, socklen_t *length),
            (fd, address, length))
WINDOW_CALL(int, accept4,
            (int fd, struct sockaddr *address, socklen_t *length, int flags),
            (fd, address, length, flags))
WINDOW_CALL(ssize_t, msgrcv,
            (int queue, void *message, size_t size, long type, int flags),
            (queue, message, size, type, flags))
WINDOW_CALL(int, msgsnd,
            (int queue, const void *message, size_t size, int flags),
            (queue, message, size, flags))
WINDOW_CALL(int, semop, (int set, struct sembuf *operations, size_t count),
            (set, operations, count))

DSU_EXPORT int semtimedop(int set, struct sembuf *operations, size_t count,
                          const struct timespec *timeout) {
  struct dsu_call call = dsu_call_begin();
  uint64_t start_ns = timeout ? dsu_call_start_ns() : 0;
  struct timespec left;
  const struct timespec *rest = timeout;
  int result;
  do {
    DSU_IN_WINDOW(call, result,
                  DSU_REAL(semtimedop)(set, operations, count, rest));
    if (result >= 0 || !dsu_call_disturbed(&call))
      return result;
    rest = dsu_time_left(&left, timeout, start_ns);
  } while (true);
}

GUARDED_CALL(ssize_t, read, (int fd, void *buffer, size_t size),
             (fd, buffer, size))
GUARDED_CALL(ssize_t, readv, (int fd, const struct iovec *vector, int count),
             (fd, vector, count))
GUARDED_CALL(ssize_t, write, (int fd, const void *buffer, size_t size),
             (fd, buffer, size))
GUARDED_CALL(ssize_t, writev, (int fd, const struct iovec *vector, int count),
             (fd, vector, count))
GUARDED_CALL(ssize_t, recv, (int fd, void *buffer, size_t size, int flags),
             (fd, buffer, size, flags))
GUARDED_CALL(ssize_t, recvfrom,
             (int fd, void *buffer, size_t size, int flags,
              struct sockaddr *address, socklen_t *length),
             (fd, buffer, size, flags, address, length))
GUARDED_CALL(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags),
             (fd, message, flags))
GUARDED_CALL(int, recvmmsg,
             (int fd, struct mmsghdr *messages, unsigned count, int flags,
              struct timespec *timeout),
             (fd, messages, count, flags, timeout))
GUARDED_CALL(ssize_t, send, (int fd, const void *data, size_t size, int flags),
             (fd, data, size, flags))
GUARDED_CALL(ssize_t, sendto,
             (int fd, const void *data, size_t size, int flags,
              const struct sockaddr *address, socklen_t length),
             (fd, data, size, flags, address, length))
GUARDED_CALL(ssize_t, sendmsg,
             (int fd, const struct msghdr *message, int flags),
             (fd, message, flags))
GUARDED_CALL(int, sendmmsg,
             (int fd, struct mmsghdr *messages, unsigned count, int flags),
             (fd, messages, count, flags))

GUARDED_CALL(ssize_t, sendfile, (int to, int from, off_t *offset, size_t size),
             (to, from, offset, size))
GUARDED_CALL(ssize_t, sendfile64,
             (int to, int from, off64_t *offset, size_t size),
             (to, from, offset, size))
GUARDED_CALL(ssize_t, splice,
             (int from, off64_t *from_offset, int to, off64_t *to_offset,
              size_t size, unsigned flags),
             (from, from_offset, to, to_offset, size, flags))

ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room);
ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buffer, size_t size, size_t room,
                       int flags, struct sockaddr *address, socklen_t *length);

DSU_EXPORT ssize_t __read_chk(int fd, void *buffer, size_t size, size_t room) {
  if (size > room)
    __chk_fail();
  return quick_read(fd, buffer, size);
}

DSU_EXPORT ssize_t __recv_chk(int fd, void *buffer, size_t size, size_t room,
                              int flags) {
  if (size > room)
    __chk_fail();
  return quick_recv(fd, buffer, size, flags);
}

DSU_EXPORT ssize_t __recvfrom_chk(int fd, void *buffer, size_t size,
                                  size_t room, int flags,
                                  struct sockaddr *address, socklen_t *length) {
  if (size > room)
    __chk_fail();
  return quick_recvfrom(fd, buffer, size, flags, address, length);
}

/* connect cannot be made again: an interrupted one goes on in the background
   (POSIX).  Wait for its end and fetch the result. */
DSU_EXPORT int connect(int fd, const struct sockaddr *address,
                       socklen_t length) {
  struct dsu_call call = dsu_call_begin();
  int result = DSU_REAL(connect)(fd, address, length);
  if (result == 0 || !dsu_call_disturbed(&call))
    return result;
  struct pollfd wait = {.fd = fd, .events = POLLOUT};
  struct timeval limit = {0};
  socklen_t size = sizeof limit;
  dsu_sys6(SYS_getsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, (long)&limit,
           (long)&size, 0);
  struct timespec timeout = {.tv_sec = limit.tv_sec,
                             .tv_nsec = limit.tv_usec * 1000};
  bool limited = limit.tv_sec || limit.tv_usec;
  int ready = ppoll_in_window(&wait, 1, limited ? &timeout : NULL, NULL);
  if (ready < 0)
    return -1;
  int error = ready == 0 ? EINPROGRESS : 0;
  size = sizeof error;
  if (ready > 0)
    dsu_sys6(SYS_getsockopt, fd, SOL_SOCKET, SO_ERROR, (long)&error,
             (long)&size, 0);
  if (error == 0)
    return 0;
  errno = error;
  return -1;
}
