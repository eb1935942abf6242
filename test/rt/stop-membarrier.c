// An attempt makes every thread pass a memory barrier after it has announced
// itself and before it looks at a window: the system call is there, at that
// time.  That it is needed shows test/model; no test could see it missing.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "real.h"
#include "stopper.h"
#include "thread.h"

#include <linux/filter.h>
#include <linux/membarrier.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <ucontext.h>

static _Atomic(int) barriers, early;

static void on_call(int number, siginfo_t *info, void *context) {
  (void)number;
  (void)info;
  atomic_fetch_add(&barriers, 1);
  if (!atomic_load(&dsu_committing))
    atomic_fetch_add(&early, 1);
  ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 0;
}

/* From now on the call ends in on_call(). */
static void catch_barriers(void) {
  struct sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_membarrier, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  struct sock_fprog filter = {sizeof program / sizeof *program, program};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0)
    abort();
}

int main(void) {
  struct sigaction action = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO};
  dsu_real_sigaction(SIGSYS, &action, NULL);
  catch_barriers();
  struct stopper stopper = stopper_run(NULL, 0, 1000);
  // CHECK: DSU_OK, 1 commits
  stopper_print("update", &stopper);
  // CHECK-NEXT: a barrier for each attempt, 0 too early
  printf("%s, %d too early\n",
         atomic_load(&barriers) >= (int)stopper.outcome.attempts &&
                 stopper.outcome.attempts > 0
             ? "a barrier for each attempt"
             : "too few barriers",
         atomic_load(&early));
  return 0;
}
