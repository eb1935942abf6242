// The code of a program that was built with --dsu-through-slots=* is never written
// to: it is updated where that is forbidden in every way, and no page of it
// becomes the process's own.  Without the option one does.
//
// RUN: %dsu-cc --dsu-through-slots=* %s -o %t.1 && %dsu-cc --dsu-through-slots=* -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask deny' 'apply %t.so' 'ask value' 'run %python %inputs/own-code.py $PID $PROGRAM' \
// RUN:   'revert' 'ask value' | FileCheck %s
// CHECK:      deny: 0
// CHECK:      exit 0
// CHECK-NEXT: value: 2 2
// CHECK-NEXT: no page of code is its own
// CHECK:      exit 0
// CHECK-NEXT: value: 1 1
// CHECK-NEXT: serving
//
// RUN: %dsu-cc %s -o %t.3 && %dsu-cc -DV2 %s -o %t.4
// RUN: dsu-diff %t.3.dsu.bc %t.4.dsu.bc -o %t.entry.so
// RUN: %drive %t.3 'apply %t.entry.so' 'ask value' 'run %python %inputs/own-code.py $PID $PROGRAM' \
// RUN:   'ask deny' 'revert' 'ask value' | FileCheck %s --check-prefix=ENTRY
// ENTRY:      exit 0
// ENTRY-NEXT: value: 2 2
// ENTRY-NEXT: 4 KiB of code are its own
// ENTRY-NEXT: deny: 0
// ENTRY:      exit 8
// ENTRY-NEXT: value: 2 2
// ENTRY-NEXT: serving
#include "deny.h"
#include "serve.h"

static NOINLINE int value(void) { return opaque(VERSION); }

static int (*volatile stored)(void) = value;

void answer(const char *line) {
  if (strcmp(line, "deny") == 0)
    say("%d", deny_new_code() | deny(SYS_pwrite64));
  else
    say("%d %d", value(), stored());
}

int main(void) { return serve(); }
