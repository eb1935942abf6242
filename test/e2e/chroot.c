// A program that went into an empty directory with chroot, after its start, is
// updated: nothing that the runtime needs is looked up by path.  (A copy of the patch
// would not be put into a directory in which everybody may replace it.)
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: rm -rf %t.jail && mkdir %t.jail && chmod 777 %t.jail
// RUN: %drive --args=%t.jail %t.1 'ask value' 'ask jail' 'apply %t.so' 'ask value' 'revert' 'ask value' 'apply %t.so' 'ask value' | FileCheck %s
//
// A file of its own that is called as one of /proc is not taken for that.  (Files are
// not as long as addresses are high, but for those of programs with fixed ones.)
// RUN: %dsu-cc -no-pie %s -o %t.fixed.1 && %dsu-cc -no-pie -DV2 %s -o %t.fixed.2
// RUN: dsu-diff %t.fixed.1.dsu.bc %t.fixed.2.dsu.bc -o %t.fixed.so
// RUN: mkdir -p %t.jail/proc/thread-self && echo own > %t.jail/proc/thread-self/mem
// RUN: %drive --args=%t.jail %t.fixed.1 'ask value' 'ask jail' 'apply %t.fixed.so' 'ask value' 'revert' 'ask value' 'apply %t.fixed.so' 'ask value' | FileCheck %s
// RUN: echo own | cmp - %t.jail/proc/thread-self/mem
//
// CHECK:      value: 1
// CHECK-NEXT: jail: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

static const char *directory;

static NOINLINE int value(void) { return opaque(VERSION); }

static NOINLINE void enter_jail(void) {
  if (chdir(directory) != 0 || chroot(".") != 0)
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
