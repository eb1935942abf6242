// A function whose first bytes are not what they have to be, as a debugger has put
// a breakpoint there, is not redirected: the update is refused, names it, and
// leaves everything as it was.  The same holds for taking it back.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'run %python %inputs/poke.py $PID $PROGRAM value cc > %t.byte' \
// RUN:   'try %t.so' 'check %t.so' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value $(cat %t.byte)' \
// RUN:   'ask value' 'apply %t.so' 'ask value' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value cc' 'revert' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value $(cat %t.byte)' 'revert' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value eb' \
// RUN:   'ask value' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      dsuctl: process {{[0-9]+}}: the program's code cannot be changed: {{(.*;)?}}value begins with cc {{..}}, as if there were a breakpoint
// CHECK-NEXT: What to do: take breakpoints of debuggers out
// CHECK-NEXT: exit 8
// CHECK-NEXT: unchanged
// CHECK-NEXT: {{.*}};value begins with cc
// CHECK:      exit 8
// CHECK-NEXT: cc
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
//
// CHECK-NEXT: eb
// CHECK-NEXT: {{.*}};value begins with cc f6, as if there were a breakpoint
// CHECK:      exit 8
//
// Nor is it taken for granted if it has been taken out in the meantime, by what
// was there before the update.
// CHECK-NEXT: cc
// CHECK-NEXT: {{.*}};value begins with {{..}} f6, as if there were a breakpoint
// CHECK:      exit 8
// CHECK-NEXT: {{[0-9a-f][0-9a-f]$}}
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) { say("%d", value()); }

int main(void) { return serve(); }
