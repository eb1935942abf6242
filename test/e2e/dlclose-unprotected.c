// A library that was linked without dsu-cc, which would have forbidden to unload it:
// the runtime keeps it in memory, and status and updates work after dlclose.
//
// RUN: mkdir -p %t.d && %dsu-cc -fPIC -c %inputs/part.c -o %t.d/part.o --dsu-no-lto
// RUN: %clang -shared %t.d/part.o -o %t.d/libpart.so
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive --args=%t.d/libpart.so %t.1 'ask open' 'ask close' 'status' 'apply %t.so' 'ask value' 'ask open' 'ask close' 'revert' 'ask value' \
// RUN:   | FileCheck %s
//
// CHECK:      open: done
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: open: done
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"
#include <dlfcn.h>

static const char *path;
static void *library;

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "value") == 0) {
    say("%d", value());
  } else {
    if (strcmp(line, "open") == 0)
      library = dlopen(path, RTLD_NOW);
    else
      dlclose(library);
    say("%s", library ? "done" : dlerror());
  }
}

int main(int argc, char **argv) {
  path = argv[1];
  return serve();
}
