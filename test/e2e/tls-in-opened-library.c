// Thread-locals of a library that is loaded after the start are at a fixed place in
// every thread only if it was compiled for that. New code that uses others is
// refused, with the way out.
//
// RUN: mkdir -p %t.d.1 %t.d.2
// RUN: %dsu-cc -fPIC -shared %inputs/tls-part.c -o %t.d.1/libtls.so
// RUN: %dsu-cc -fPIC -shared -DV2 %inputs/tls-part.c -o %t.d.2/libtls.so
// RUN: dsu-diff %t.d.1/libtls.so.dsu.bc %t.d.2/libtls.so.dsu.bc -o %t.so
// RUN: %dsu-cc -ftls-model=initial-exec -fPIC -shared %inputs/tls-part.c -o %t.d.1/libfixed.so
// RUN: %dsu-cc -ftls-model=initial-exec -fPIC -shared -DV2 %inputs/tls-part.c -o %t.d.2/libfixed.so
// RUN: dsu-diff %t.d.1/libfixed.so.dsu.bc %t.d.2/libfixed.so.dsu.bc -o %t.fixed.so
// RUN: %dsu-cc %s -o %t
// RUN: %drive %t 'ask %t.d.1/libtls.so' 'ask main' 'try %t.so' 'ask main' | FileCheck %s --check-prefix=REFUSED
// RUN: %drive %t 'ask %t.d.1/libfixed.so' 'ask main' 'ask other' 'apply %t.fixed.so' 'ask main' 'ask other' | FileCheck %s
//
// REFUSED:      main: 11
// REFUSED:      tls-part.c;old_local at a fixed place in every thread; its library was loaded after the start: compile it with -ftls-model=initial-exec, or link it to the program
// REFUSED:      exit 2
// REFUSED-NEXT: unchanged
// REFUSED-NEXT: main: 12
// REFUSED-NEXT: serving
//
// CHECK:      main: 11
// CHECK-NEXT: other: 11
// CHECK:      exit 0
// CHECK-NEXT: main: 1012
// CHECK-NEXT: other: 1012
// CHECK-NEXT: serving
#include "tls-threads.h"

#include <dlfcn.h>

static int (*tls_step)(void);

static int step(void) { return tls_step(); }

void answer(const char *line) {
  if (line[0] != '/') {
    ask_thread(line);
    return;
  }
  void *library = dlopen(line, RTLD_NOW);
  tls_step = library ? (int (*)(void))dlsym(library, "tls_step") : NULL;
  say("%s", tls_step ? "open" : dlerror());
}
