// No thread is out of the updater's reach because of its signal mask, however
// it was set: by the program, by a handler, inherited from the program that
// started this one.  Nor can the program take our signal away.  The program
// reads back the mask that it has really got.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "real.h"
#include "stopper.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

static _Atomic(int) leave, running;

static void run_until_told(void) {
  atomic_store(&running, 1);
  while (!atomic_load(&leave))
    ;
}

static void *by_pthread_sigmask(void *unused) {
  (void)unused;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, NULL);
  run_until_told();
  return NULL;
}

static void *by_pthread_block(void *unused) {
  (void)unused;
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, NULL);
  run_until_told();
  return NULL;
}

static void *by_sigprocmask(void *unused) {
  (void)unused;
  sigset_t all;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, NULL);
  run_until_told();
  return NULL;
}

static void on_signal(int number) {
  (void)number;
  run_until_told();
}

static void *by_handler(void *unused) {
  struct sigaction action = {.sa_handler = on_signal};
  sigfillset(&action.sa_mask);
  sigaction(SIGUSR1, &action, NULL);
  sigset_t first;
  sigemptyset(&first);
  sigaddset(&first, SIGUSR1);
  pthread_sigmask(SIG_UNBLOCK, &first, NULL);
  pthread_kill(pthread_self(), SIGUSR1);
  return unused;
}

static void *by_inheritance(void *unused) {
  run_until_told();
  return unused;
}

static void try_case(const char *name, void *(*run)(void *)) {
  atomic_store(&leave, 0);
  atomic_store(&running, 0);
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  while (!atomic_load(&running))
    sched_yield();
  struct stopper stopper = stopper_run(NULL, 0, 2000);
  stopper_print(name, &stopper);
  atomic_store(&leave, 1);
  pthread_join(thread, NULL);
}

int main(int argc, char **argv) {
  sigset_t all;
  sigfillset(&all);
  if (argc == 1) {
    DSU_REAL(sigprocmask)(SIG_SETMASK, &all, NULL);
    execl(argv[0], argv[0], "again", (char *)NULL);
  }
  // CHECK: inherited: DSU_OK, 1 commits
  try_case("inherited", by_inheritance);
  // CHECK-NEXT: pthread_sigmask: DSU_OK, 1 commits
  try_case("pthread_sigmask", by_pthread_sigmask);
  // CHECK-NEXT: pthread_sigmask, SIG_BLOCK: DSU_OK, 1 commits
  try_case("pthread_sigmask, SIG_BLOCK", by_pthread_block);
  // CHECK-NEXT: sigprocmask: DSU_OK, 1 commits
  try_case("sigprocmask", by_sigprocmask);
  // CHECK-NEXT: a handler's mask: DSU_OK, 1 commits
  try_case("a handler's mask", by_handler);

  int ours = SIGRTMAX - DSU_SIGNAL_FROM_MAX;
  struct sigaction mine = {.sa_handler = on_signal};
  // CHECK-NEXT: taking it away: EINVAL
  printf("taking it away: %s\n",
         sigaction(ours, &mine, NULL) == 0 ? "done" : strerrorname_np(errno));
  int fd = signalfd(-1, &all, SFD_NONBLOCK | SFD_CLOEXEC);
  /* Held back by the kernel's own call, past the runtime, the signal would be
     read from the descriptor. */
  uint64_t mask = 1ull << (ours - 1);
  dsu_sys6(SYS_rt_sigprocmask, SIG_BLOCK, (long)&mask, 0, sizeof mask, 0, 0);
  dsu_sys6(SYS_tgkill, dsu_sys_getpid(), dsu_sys_gettid(), ours, 0, 0, 0);
  struct signalfd_siginfo read_back;
  // CHECK-NEXT: by signalfd: not read
  printf("by signalfd: %s\n",
         read(fd, &read_back, sizeof read_back) < 0 ? "not read" : "read");
  return 0;
}
