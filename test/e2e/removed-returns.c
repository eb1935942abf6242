// A function that a patch removes may come back in a later one. One that was kept
// for those who know its address may not, as they would go on to call the first
// one's code; also not after a patch in between. Taking that patch out, and making
// one from the version before it, is the way.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: %dsu-cc -DV3 %s -o %t.3 && %dsu-cc -DV3 -DALL %s -o %t.4
// RUN: dsu-diff --keep-removed='%s;known' %t.1.dsu.bc %t.2.dsu.bc -o %t.12.so
// RUN: dsu-diff %t.12.dsu.bc %t.3.dsu.bc -o %t.23.so
// RUN: %exits 3 dsu-diff %t.12.dsu.bc %t.4.dsu.bc -o %t.24.so | FileCheck %s --check-prefix=REFUSED
// RUN: %exits 3 dsu-diff %t.23.dsu.bc %t.4.dsu.bc -o %t.34.so | FileCheck %s --check-prefix=REFUSED
// RUN: dsu-diff %t.1.dsu.bc %t.4.dsu.bc -o %t.14.so
// RUN: %drive %t.1 'ask keep' 'ask call' 'ask unknown' 'apply %t.12.so' 'ask call' 'ask unknown' \
// RUN:   'apply %t.23.so' 'ask call' 'ask unknown' 'revert' 'revert' 'apply %t.14.so' 'ask call' 'ask unknown' \
// RUN:   | FileCheck %s
//
// REFUSED: '{{.*}};known' comes back, but an earlier patch has removed it and kept
//
// CHECK:      call: known of 1
// CHECK-NEXT: unknown: unknown of 1
// CHECK:      exit 0
// CHECK-NEXT: call: known of 1
// CHECK-NEXT: unknown: none
// CHECK:      exit 0
// CHECK-NEXT: call: known of 1
// CHECK-NEXT: unknown: unknown of 3
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: call: known of 3
// CHECK-NEXT: unknown: unknown of 3
// CHECK-NEXT: serving
#include "serve.h"

static void (*volatile callback)(void);

#if !defined(V2) && (!defined(V3) || defined(ALL))
static void known(void) { say("known of %d", opaque(VERSION)); }
#define KNOWN known
#else
#define KNOWN NULL
#endif

#ifndef V2
static NOINLINE void unknown(void) { say("unknown of %d", opaque(VERSION)); }
#else
#define unknown() say("none")
#endif

void answer(const char *line) {
  if (strcmp(line, "keep") == 0) {
    callback = KNOWN;
    say("kept");
  } else if (strcmp(line, "call") == 0) {
    callback();
  } else {
    unknown();
  }
}

int main(void) { return serve(); }
