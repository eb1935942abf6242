// A program must not notice that its threads are held and released: no blocking
// call that Linux does not restart after a signal handler (signal(7)) may fail
// with EINTR, return early, or wait much longer than it was asked to, while an
// updater stops the process thousands of times.  In this test every thread is
// hit by the signal, too: windows are off for half of the rounds
// (pthread_cancel's mark), so that the calls are really interrupted.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "disturb.h"
#include "thread.h"

#include <aio.h>
#include <errno.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <threads.h>
#include <unistd.h>

enum { WAIT_MS = 60 };

static int epoll_fd, socket_fds[2], idle[2], queue, semaphores, listener;
static sem_t semaphore;

static struct timespec after(clockid_t clock) {
  struct timespec t;
  clock_gettime(clock, &t);
  t.tv_nsec += WAIT_MS * 1000000;
  t.tv_sec += t.tv_nsec / 1000000000;
  t.tv_nsec %= 1000000000;
  return t;
}

static const struct timespec span = {.tv_nsec = WAIT_MS * 1000000};

/* Each waits WAIT_MS and returns 0 or the error with which it ended. */
static int wrong(bool ok) { return ok ? 0 : errno; }
static int t_epoll_wait(void) {
  struct epoll_event e;
  return wrong(epoll_wait(epoll_fd, &e, 1, WAIT_MS) == 0);
}
/* One that is not begun anew. */
static int t_epoll_wait_long(void) {
  struct epoll_event e;
  uint64_t start = dsu_now_ns();
  bool ok = epoll_wait(epoll_fd, &e, 1, 5 * WAIT_MS) == 0;
  uint64_t ms = (dsu_now_ns() - start + 500000) / 1000000;
  return ok && ms < 5 * WAIT_MS ? ETIME : wrong(ok);
}
static int t_epoll_pwait(void) {
  struct epoll_event e;
  sigset_t none;
  sigemptyset(&none);
  return wrong(epoll_pwait(epoll_fd, &e, 1, WAIT_MS, &none) == 0);
}
static int t_epoll_pwait2(void) {
  struct epoll_event e;
  return wrong(epoll_pwait2(epoll_fd, &e, 1, &span, NULL) == 0);
}
static int t_poll(void) {
  struct pollfd p = {.fd = socket_fds[0], .events = POLLIN};
  return wrong(poll(&p, 1, WAIT_MS) == 0);
}
static int t_ppoll(void) {
  struct pollfd p = {.fd = socket_fds[0], .events = POLLIN};
  return wrong(ppoll(&p, 1, &span, NULL) == 0);
}
static int t_select(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(socket_fds[0], &set);
  struct timeval t = {.tv_usec = WAIT_MS * 1000};
  return wrong(select(socket_fds[0] + 1, &set, NULL, NULL, &t) == 0);
}
static int t_pselect(void) {
  fd_set set;
  FD_ZERO(&set);
  FD_SET(socket_fds[0], &set);
  return wrong(pselect(socket_fds[0] + 1, &set, NULL, NULL, &span, NULL) == 0);
}
static int t_nanosleep(void) { return wrong(nanosleep(&span, NULL) == 0); }
static int t_clock_nanosleep(void) {
  return clock_nanosleep(CLOCK_MONOTONIC, 0, &span, NULL);
}
static int t_clock_nanosleep_absolute(void) {
  struct timespec until = after(CLOCK_MONOTONIC);
  return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
}
static int t_usleep(void) { return wrong(usleep(WAIT_MS * 1000) == 0); }
static int t_thrd_sleep(void) { return wrong(thrd_sleep(&span, NULL) == 0); }
static int t_aio_suspend(void) {
  char c;
  struct aiocb request = {
      .aio_fildes = idle[0], .aio_buf = &c, .aio_nbytes = 1};
  const struct aiocb *list[] = {&request};
  aio_read(&request);
  int result = wrong(aio_suspend(list, 1, &span) == -1 && errno == EAGAIN);
  if (write(idle[1], "x", 1) == 1)
    aio_suspend(list, 1, NULL);
  return result;
}
static int t_sem_timedwait(void) {
  struct timespec until = after(CLOCK_REALTIME);
  return wrong(sem_timedwait(&semaphore, &until) == -1 && errno == ETIMEDOUT);
}
static int t_sem_clockwait(void) {
  struct timespec until = after(CLOCK_MONOTONIC);
  return wrong(sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until) == -1 &&
               errno == ETIMEDOUT);
}
static int t_sigtimedwait(void) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGUSR2);
  return wrong(sigtimedwait(&set, NULL, &span) == -1 && errno == EAGAIN);
}
static int t_semtimedop(void) {
  struct sembuf take = {.sem_op = -1};
  return wrong(semtimedop(semaphores, &take, 1, &span) == -1 &&
               errno == EAGAIN);
}
/* With a timeout on the socket the kernel does not restart these. */
static int t_recv(void) {
  char c;
  return wrong(recv(socket_fds[0], &c, 1, 0) == -1 && errno == EAGAIN);
}
static int t_read(void) {
  char c;
  return wrong(read(socket_fds[0], &c, 1) == -1 && errno == EAGAIN);
}
static int t_recvmsg(void) {
  char c;
  struct iovec v = {&c, 1};
  struct msghdr m = {.msg_iov = &v, .msg_iovlen = 1};
  return wrong(recvmsg(socket_fds[0], &m, 0) == -1 && errno == EAGAIN);
}
static int t_accept(void) {
  return wrong(accept(listener, NULL, NULL) == -1 && errno == EAGAIN);
}
static int t_cond_timedwait(void) {
  static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
  static pthread_cond_t condition = PTHREAD_COND_INITIALIZER;
  struct timespec until = after(CLOCK_REALTIME);
  pthread_mutex_lock(&mutex);
  int error;
  while ((error = pthread_cond_timedwait(&condition, &mutex, &until)) == 0)
    ;
  pthread_mutex_unlock(&mutex);
  return error == ETIMEDOUT ? 0 : error;
}
/* These have no timeout: a helper ends the wait. */
static pthread_t waiter;
static void *send_signal(void *unused) {
  (void)unused;
  nanosleep(&span, NULL);
  pthread_kill(waiter, SIGUSR1);
  return NULL;
}
static void on_usr1(int number) { (void)number; }
static int with_signal(int (*call)(void)) {
  sigset_t usr1, old;
  sigemptyset(&usr1);
  sigaddset(&usr1, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &usr1, &old);
  waiter = pthread_self();
  pthread_t helper;
  pthread_create(&helper, NULL, send_signal, NULL);
  int result = call();
  pthread_sigmask(SIG_SETMASK, &old, NULL);
  pthread_join(helper, NULL);
  return result;
}
static int do_sigsuspend(void) {
  sigset_t none;
  sigemptyset(&none);
  return wrong(sigsuspend(&none) == -1 && errno == EINTR);
}
int __xpg_sigpause(int number); /* deprecated by the name of sigpause */
static int do_sigpause(void) {
  return wrong(__xpg_sigpause(SIGUSR1) == -1 && errno == EINTR);
}
static int t_sigpause(void) { return with_signal(do_sigpause); }
static int t_sigsuspend(void) { return with_signal(do_sigsuspend); }
static int do_ppoll(void) {
  sigset_t none;
  sigemptyset(&none);
  /* The program's own signal must be seen as EINTR. */
  return wrong(ppoll(NULL, 0, NULL, &none) == -1 && errno == EINTR);
}
static int t_ppoll_own_signal(void) { return with_signal(do_ppoll); }
static void *send_message(void *unused) {
  (void)unused;
  nanosleep(&span, NULL);
  struct {
    long type;
    char c;
  } message = {.type = 1};
  msgsnd(queue, &message, 1, 0);
  return NULL;
}
static int t_msgrcv(void) {
  pthread_t helper;
  pthread_create(&helper, NULL, send_message, NULL);
  struct {
    long type;
    char c;
  } message;
  int result = wrong(msgrcv(queue, &message, 1, 0, 0) == 1);
  pthread_join(helper, NULL);
  return result;
}
static void *post(void *unused) {
  (void)unused;
  nanosleep(&span, NULL);
  sem_post(&semaphore);
  return NULL;
}
static int t_sem_wait(void) {
  pthread_t helper;
  pthread_create(&helper, NULL, post, NULL);
  int result = wrong(sem_wait(&semaphore) == 0);
  pthread_join(helper, NULL);
  return result;
}

static const struct {
  const char *name;
  int (*call)(void);
  double longest; /* times WAIT_MS; a socket's timeout begins anew */
  bool refused;   /* once libc's thread beside it is there: not to be stopped */
} table[] = {
#define ROW(NAME) {#NAME, t_##NAME, 20, false}
#define SOCKET_ROW(NAME) {#NAME, t_##NAME, 0, false}
#define REFUSED_ROW(NAME) {#NAME, t_##NAME, 20, true}
    ROW(epoll_wait),
    ROW(epoll_wait_long),
    ROW(epoll_pwait),
    ROW(epoll_pwait2),
    ROW(poll),
    ROW(ppoll),
    ROW(select),
    ROW(pselect),
    ROW(nanosleep),
    ROW(clock_nanosleep),
    ROW(clock_nanosleep_absolute),
    ROW(usleep),
    ROW(sem_timedwait),
    ROW(sem_clockwait),
    ROW(sem_wait),
    ROW(sigtimedwait),
    ROW(semtimedop),
    ROW(msgrcv),
    ROW(cond_timedwait),
    ROW(sigsuspend),
    ROW(ppoll_own_signal),
    ROW(thrd_sleep),
    REFUSED_ROW(aio_suspend),
    ROW(sigpause),
    SOCKET_ROW(accept),
    SOCKET_ROW(recv),
    SOCKET_ROW(read),
    SOCKET_ROW(recvmsg),
};

static void set_up(void) {
  epoll_fd = epoll_create1(0);
  if (pipe(idle) != 0)
    abort();
  socketpair(AF_UNIX, SOCK_STREAM, 0, socket_fds);
  struct timeval timeout = {.tv_usec = WAIT_MS * 1000};
  setsockopt(socket_fds[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  struct sockaddr_un name = {.sun_family = AF_UNIX};
  listener = socket(AF_UNIX, SOCK_STREAM, 0);
  bind(listener, (struct sockaddr *)&name, sizeof(sa_family_t));
  listen(listener, 1);
  setsockopt(listener, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  queue = msgget(IPC_PRIVATE, 0600);
  semaphores = semget(IPC_PRIVATE, 1, 0600);
  sem_init(&semaphore, 0, 0);
  struct sigaction action = {.sa_handler = on_usr1};
  sigaction(SIGUSR1, &action, NULL);
  sigset_t usr2;
  sigemptyset(&usr2);
  sigaddset(&usr2, SIGUSR2);
  pthread_sigmask(SIG_BLOCK, &usr2, NULL);
}

struct outcome {
  int error;
  double ms;
  bool hit;
};

/* What disturbs a call: commits, or the signal. */
static unsigned long disturbances(bool windows) {
  return windows ? atomic_load(&disturb_count) : dsu_signal_counts.ours;
}

static struct outcome one_call(size_t row, bool windows) {
  unsigned long before = disturbances(windows);
  uint64_t start = dsu_now_ns();
  int error = table[row].call();
  return (struct outcome){error, (double)(dsu_now_ns() - start) / 1e6,
                          disturbances(windows) != before};
}

/* One call, in windows or interrupted by the signal.  Only one that was hit says
   anything; where many programs want the processors, the thread that disturbs
   may not run as long as a call waits. */
static void run_row(size_t row, bool windows) {
  struct dsu_thread *self = dsu_thread_self();
  bool must_be_hit = !(windows && table[row].refused);
  self->cancelled = !windows;
  struct outcome last;
  int calls = 0;
  do
    last = one_call(row, windows);
  while (must_be_hit && !last.hit && !last.error && ++calls < 100);
  self->cancelled = 0;
  bool early = last.ms < WAIT_MS - 0.5;
  bool late =
      table[row].longest > 0 && last.ms > table[row].longest * WAIT_MS + 40;
  printf("%s %s: %s%s%s%s\n", table[row].name, windows ? "window" : "signal",
         last.error ? strerror(last.error) : "ok", early ? " early" : "",
         late ? " late" : "", must_be_hit && !last.hit ? " never hit" : "");
}

struct stopper {
  pthread_t disturber;
  bool windows;
  unsigned long before;
};

/* A socket whose timeout begins anew each time must be left alone at last. */
static void *stop_disturbing(void *argument) {
  const struct stopper *stopper = argument;
  struct timespec pause = {.tv_nsec = 150 * 1000000};
  int pauses = 0;
  do
    dsu_sys6(SYS_nanosleep, (long)&pause, 0, 0, 0, 0, 0);
  while (disturbances(stopper->windows) == stopper->before && ++pauses < 20);
  disturb_stop(stopper->disturber);
  return NULL;
}

int main(void) {
  set_up();
  for (size_t row = 0; row < sizeof table / sizeof *table; row++) {
    for (int windows = 0; windows < 2; windows++) {
      atomic_store(&disturb_end, 0);
      struct stopper stopper = {.windows = windows,
                                .before = disturbances(windows)};
      stopper.disturber = disturb_start();
      pthread_t thread;
      bool socket_row = table[row].longest == 0;
      if (socket_row)
        pthread_create(&thread, NULL, stop_disturbing, &stopper);
      run_row(row, windows);
      if (socket_row)
        pthread_join(thread, NULL);
      else
        disturb_stop(stopper.disturber);
    }
  }
  printf("%zu calls\n", 2 * (sizeof table / sizeof *table));
  msgctl(queue, IPC_RMID, NULL);
  semctl(semaphores, 0, IPC_RMID);
  return 0;
}

// CHECK-NOT: early
// CHECK-NOT: late
// CHECK-NOT: never hit
// CHECK-NOT: Interrupted
// CHECK-NOT: : {{[^o]}}
// CHECK: 56 calls
