// A library built by dsu-cc that the program has opened, used and closed again does
// no harm: status and updates work before, while and after it is there.
//
// RUN: mkdir -p %t.d && %dsu-cc -fPIC -shared %inputs/part.c -o %t.d/libpart.so
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive --args=%t.d/libpart.so %t.1 'ask open' 'apply %t.so' 'ask use' 'ask close' 'status' 'ask value' 'revert' 'ask value' \
// RUN:   'ask open' 'ask use' 'ask close' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      open: done
// CHECK:      exit 0
// CHECK-NEXT: use: part 3 of 1
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: open: done
// CHECK-NEXT: use: part 3 of
// CHECK-NEXT: close: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"
#include <dlfcn.h>

static const char *path;
static void *library;

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE void use(void) {
  void (*part)(char *, size_t, int) = dlsym(library, "part_answer");
  char text[64];
  part(text, sizeof(text), 2);
  say("%s", text);
}

void answer(const char *line) {
  if (strcmp(line, "use") == 0) {
    use();
  } else if (strcmp(line, "value") == 0) {
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
