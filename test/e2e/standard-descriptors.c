// A program that closed descriptors 0 to 2 and opened others in their place: the
// runtime never writes to them.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: rm -f %t.log && %drive --args=%t.log %t.1 'ask move' 'apply %t.so' 'ask value' 'revert' 'ask value' 'status' 'run cat %t.log' | FileCheck %s
//
// CHECK:      move: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: the program's own line
// CHECK-NEXT: serving
#include "serve.h"
#include <fcntl.h>

static const char *path;

static NOINLINE int value(void) { return opaque(VERSION); }

/* Standard error becomes a file of the program's own, as a server's log may. */
static NOINLINE void move(void) {
  static const char text[] = "the program's own line\n";
  close(2);
  if (open(path, O_CREAT | O_WRONLY | O_APPEND, 0600) != 2 ||
      write(2, text, sizeof(text) - 1) < 0)
    exit(3);
}

void answer(const char *line) {
  if (strcmp(line, "move") == 0) {
    move();
    say("done");
  } else {
    say("%d", value());
  }
}

int main(int argc, char **argv) {
  path = argv[1];
  return serve();
}
