// An allocator that commits its memory when it is touched, in a handler of SIGSEGV:
// the thread that serves a request touches it, too, in a program with one thread and
// in one with several.
//
// RUN: %dsu-cc %s -o %t.1 -pthread && %dsu-cc -DV2 %s -o %t.2 -pthread
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'ask value' 'revert' 'ask thread' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: thread: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#define BUMP_PROTECTION PROT_NONE
#include "bump.h"

#include <signal.h>

static void commit(int number, siginfo_t *info, void *context) {
  enum { PAGE = 4096 };
  const uintptr_t page = (uintptr_t)info->si_addr & -(uintptr_t)PAGE;
  if (page - (uintptr_t)bump_heap >= BUMP_SIZE)
    _exit(3);
  mprotect((void *)page, PAGE, PROT_READ | PROT_WRITE);
}

static void bump_prepare(void) {
  struct sigaction action = {.sa_sigaction = commit,
                             .sa_flags = SA_SIGINFO | SA_NODEFER};
  sigaction(SIGSEGV, &action, NULL);
}

static void bump_look(size_t size) {}
