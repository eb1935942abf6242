// An allocator that asks what kind of character something is: libc keeps the answers
// where each thread has a pointer to them, so has the one that serves a request.
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
#define BUMP_PROTECTION PROT_READ | PROT_WRITE
#include "bump.h"

#include <ctype.h>

static volatile int letters;
static char started;

static void bump_prepare(void) {}

static void bump_look(size_t size) {
  if (started)
    letters += isalpha((int)(size & 127)) != 0;
}

__attribute__((constructor)) static void start(void) { started = 1; }
