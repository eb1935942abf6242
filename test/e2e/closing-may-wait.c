// The kernel closes copies of the first 64 descriptors for the runtime's thread.  Where a
// file system is not known to do nothing then, here as it may not be asked (fstatfs is
// forbidden), the program is not updated; without that file, or moved up, it is.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive --args=%t.file %t.1 'ask open' 'ask deny' 'apply --timeout=300ms %t.so' 'ask up' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      open: 0
// CHECK-NEXT: deny: 0
// CHECK-NEXT: the process does not answer: its agent was not started in time
// CHECK:      What to do: {{.*}}among its first 64 descriptors
// CHECK:      exit 6
// CHECK-NEXT: up: 0
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "deny.h"
#include "serve.h"

#include <fcntl.h>

static NOINLINE int value(void) { return opaque(VERSION); }

static const char *path;
static int file;

static int move_up(void) {
  const int up = fcntl(file, F_DUPFD, 64);
  close(file);
  return up < 64;
}

void answer(const char *line) {
  if (strcmp(line, "open") == 0)
    say("%d", (file = open(path, O_RDWR | O_CREAT, 0600)) < 0);
  else if (strcmp(line, "deny") == 0)
    say("%d", deny(SYS_fstatfs));
  else if (strcmp(line, "up") == 0)
    say("%d", move_up());
  else
    say("%d", value());
}

int main(int argc, char **argv) {
  path = argv[argc - 1];
  dup2(1, 2); /* where standard error leads is not ours */
  return serve();
}
