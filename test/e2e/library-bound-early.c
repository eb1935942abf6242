// A library whose calls the compiler may bind itself (-fno-semantic-interposition)
// shows its functions to others all the same: they have wrappers, and are updated.
//
// RUN: dsu-cc -O2 -g -fPIC -shared -fno-semantic-interposition -DLIBRARY -I%inputs %s -o %t.so.1
// RUN: dsu-cc -O2 -g -fPIC -shared -fno-semantic-interposition -DLIBRARY -DV2 -I%inputs %s -o %t.so.2
// RUN: %dsu-cc %s %t.so.1 -o %t
// RUN: dsu-diff %t.so.1.dsu.bc %t.so.2.dsu.bc -o %t.fix.so
// RUN: %drive %t 'ask value' 'apply %t.fix.so' 'ask value' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      value: 1 2
// CHECK:      exit 0
// CHECK-NEXT: value: 2 3
// CHECK:      exit 0
// CHECK-NEXT: value: 1 2
// CHECK-NEXT: serving
#include "serve.h"

int exported(void);
int caller(void);

#ifdef LIBRARY
NOINLINE int exported(void) { return opaque(VERSION); }
int caller(void) { return exported() + 1; }
#else
void answer(const char *line) { say("%d %d", exported(), caller()); }
int main(void) { return serve(); }
#endif
