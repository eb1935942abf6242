// An interrupted frame may stand exactly at the address of a harmless call site
// without having returned from a call: what it does next is not what the site
// promises, so it forbids the commit.  Below a call the same site is harmless,
// and another one is not.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "stopper.h"

#include <sched.h>
#include <stdatomic.h>

static _Atomic(int) leave;
_Atomic(int) inside;

/* Calls wait_here, then stays at the call's return address for ever. */
void blocked(void (*wait_here)(void));
extern char site[] __attribute__((visibility("hidden")));
__asm__(".text\n"
        ".type blocked, @function\n"
        "blocked:\n"
        ".cfi_startproc\n"
        "  subq $8, %rsp\n"
        ".cfi_adjust_cfa_offset 8\n"
        "  callq *%rdi\n"
        "site:\n"
        "  jmp site\n"
        ".cfi_endproc\n"
        ".size blocked, . - blocked\n");

static void wait_here(void) {
  atomic_store(&inside, 1);
  while (!atomic_load(&leave))
    ;
  atomic_store(&inside, 2);
}

static void *run(void *unused) {
  blocked(wait_here);
  return unused;
}

int main(void) {
  uint32_t offset = (uint32_t)((uintptr_t)site - (uintptr_t)blocked);
  struct dsu_block block = {.body = (uintptr_t)blocked,
                            .sites = &offset,
                            .site_count = 1,
                            .name = "blocked"};
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  while (atomic_load(&inside) != 1)
    sched_yield();
  offset++;
  struct stopper stopper = stopper_run(&block, 1, 100);
  // CHECK: below another call: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("below another call", &stopper);
  offset--;
  stopper = stopper_run(&block, 1, 5000);
  // CHECK-NEXT: below a call: DSU_OK, 1 commits
  stopper_print("below a call", &stopper);
  atomic_store(&leave, 1);
  while (atomic_load(&inside) != 2)
    sched_yield();
  dsu_sys6(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
  struct timespec moment = {.tv_nsec = 5000000};
  nanosleep(&moment, NULL); /* until it has returned */
  stopper = stopper_run(&block, 1, 200);
  // CHECK-NEXT: at the site itself: DSU_E_ACTIVE, 0 commits, blocked
  stopper_print("at the site itself", &stopper);
  _Exit(0);
}
