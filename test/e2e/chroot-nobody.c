// The same in a server's usual order: chroot, then another user.  Only root may
// update such a process; the patch goes in although nothing can be written.
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: rm -rf %t.jail && mkdir %t.jail
// RUN: %drive --args=%t.jail %t.1 'ask value' 'ask jail' 'apply %t.so' 'ask value' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      value: 1
// CHECK-NEXT: jail: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"

static const char *directory;

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE void enter_jail(void) {
  if (chdir(directory) != 0 || chroot(".") != 0 || setgid(65534) != 0 ||
      setuid(65534) != 0)
    exit(3);
}

void answer(const char *line) {
  if (strcmp(line, "jail") == 0) {
    enter_jail();
    say("done");
  } else {
    say("%d", value());
  }
}

int main(int argc, char **argv) {
  directory = argv[1];
  return serve();
}
