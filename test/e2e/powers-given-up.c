// libc does not know of the thread that serves a request, so setuid does not reach it.
// While an update waits it does not keep powers that the program has given up for
// good; what the program can take back does not matter.
//
// REQUIRES: root
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' 'start dsuctl apply --timeout=60s $PID %t.so' \
// RUN:   'run sh %inputs/next-attempt' 'ask seteuid' 'run sh %inputs/next-attempt' 'ask back' 'ask leave' 'join' 'ask value' 'revert' \
// RUN:   'ask enter' 'start dsuctl apply --timeout=60s $PID %t.so' \
// RUN:   'run sh %inputs/next-attempt' 'ask setuid' 'join' 'ask leave' 'ask value' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      seteuid: 65534
// CHECK:      back: 0
// CHECK-NEXT: leave: left
// CHECK-NEXT: applied: 1 function
// CHECK:      value: 2
// CHECK:      reverted:
// CHECK:      setuid: 65534
// CHECK-NEXT: process {{[0-9]+}}: the process gave up powers while the update waited.
// CHECK-NEXT: What to do: try again
// CHECK-NEXT: exit 4
// CHECK-NEXT: leave: left
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#define STAYS_ANSWER change_user
static void change_user(const char *line);
#include "stays.h"

static void change_user(const char *line) {
  const int done = strcmp(line, "setuid") == 0 ? setresuid(65534, 65534, 65534)
                   : strcmp(line, "back") == 0 ? seteuid(0)
                                               : seteuid(65534);
  say("%u", done ? 1 : geteuid());
}
