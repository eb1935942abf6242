// A server that has forbidden itself a system call that an update needs is refused,
// with its state untouched, and serves on.  The numbers are those of membarrier,
// sendto, accept4, recvmsg, rt_tgsigqueueinfo, mprotect, close_range, fstat and rseq
// (without which libc ends the program when a thread is made).
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask deny 324' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck --check-prefixes=CHECK,AGENT %s
// RUN: %drive %t.1 'ask deny 44' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 288' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 47' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 297' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 10' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 436' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
// RUN: %drive %t.1 'ask deny 5' 'keep' 'apply --timeout=300ms %t.so' 'same' 'ask value' | FileCheck %s --check-prefix=FSTAT
// RUN: %drive %t.1 'ask deny 334' 'apply --timeout=300ms %t.so' 'ask value' | FileCheck %s
//
// FSTAT:      the patch cannot be loaded: the system call fstat fails: EPERM
// FSTAT:      exit 2
// FSTAT-NEXT: unchanged
// FSTAT-NEXT: value: 1
//
// CHECK:          deny {{[0-9]+}}: done
// CHECK-NEXT:     dsuctl: process {{[0-9]+}}:
// AGENT-SAME:     the process does not answer: its agent was not started in time; a filter (seccomp) forbids it some system calls.
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
