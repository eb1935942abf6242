// A server that has forbidden itself a system call that an update needs is refused,
// with its state untouched, and serves on.  The numbers are those of membarrier,
// sendto, accept4, recvmsg, rt_tgsigqueueinfo and mprotect.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask deny 324' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck --check-prefixes=CHECK,MEMBARRIER %s
// RUN: %dsu-cc --dsu-through-slots='*' %s -o %t.3
// RUN: dsu-diff %t.3.dsu.bc %t.2.dsu.bc -o %t.slots.so
// RUN: %drive %t.3 'ask deny 324' 'apply --timeout=300ms %t.slots.so' 'ask value' | FileCheck --check-prefixes=CHECK,SLOTS %s
// RUN: %drive %t.1 'ask deny 44' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 288' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 47' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 297' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 10' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
//
// CHECK:          deny {{[0-9]+}}: done
// CHECK-NEXT:     dsuctl: process {{[0-9]+}}:
// MEMBARRIER-SAME: the program's code cannot be changed: the system call membarrier fails; a filter (seccomp) may forbid it
// SLOTS-SAME:      a thread could not be stopped: the system call membarrier fails; a filter (seccomp) may forbid it
// CHECK:          exit {{[1-9]}}
// CHECK-NEXT:     value: 1
// CHECK-NEXT:     serving
#include "deny.h"
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strncmp(line, "deny ", 5) == 0)
    say("%s", deny(atoi(line + 5)) ? "failed" : "done");
  else
    say("%d", value());
}

int main(void) { return serve(); }
