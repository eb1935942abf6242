// A breakpoint that a debugger puts at an entry while the update waits for a thread:
// the entry is looked at again when all threads are held, the update is refused, and
// what the debugger puts back is right.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' 'start dsuctl apply --timeout=60s $PID %t.so' \
// RUN:   'run sh %inputs/next-attempt' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value cc > %t.byte' \
// RUN:   'ask leave' 'join' \
// RUN:   'run %python %inputs/poke.py $PID $PROGRAM value $(cat %t.byte)' \
// RUN:   'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      enter: entered
// CHECK:      leave: left
// CHECK:      the program's code cannot be changed
// CHECK:      exit 8
// CHECK-NEXT: cc
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "stays.h"
