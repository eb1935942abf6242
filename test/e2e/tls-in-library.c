// Thread-locals of a shared library, one of the library's own and one that the new
// version brings, are right in new code in every thread.
//
// RUN: mkdir -p %t.d.1 %t.d.2
// RUN: %dsu-cc -fPIC -shared %inputs/tls-part.c -o %t.d.1/libtls.so
// RUN: %dsu-cc -fPIC -shared -DV2 %inputs/tls-part.c -o %t.d.2/libtls.so
// RUN: %dsu-cc %s %t.d.1/libtls.so -Wl,-rpath,%t.d.1 -o %t.1
// RUN: dsu-diff %t.d.1/libtls.so.dsu.bc %t.d.2/libtls.so.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask main' 'ask other' 'apply %t.so' 'ask main' 'ask other' 'revert' 'ask main' | FileCheck %s
//
// CHECK:      main: 11
// CHECK-NEXT: other: 11
// CHECK:      exit 0
// CHECK-NEXT: main: 1012
// CHECK-NEXT: other: 1012
// CHECK:      exit 0
// CHECK-NEXT: main: 13
// CHECK-NEXT: serving
#include "tls-threads.h"

int tls_step(void);

static int step(void) { return tls_step(); }

void answer(const char *line) { ask_thread(line); }
