// A server that may make nothing executable by changing protection, as systemd's
// MemoryDenyWriteExecute has it, is updated and reverted all the same: its code
// is written through /proc/self/mem.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask deny' 'apply %t.so' 'ask value' 'revert' 'ask value' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      deny: done
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "filter.h"
#include "serve.h"
#include <sys/mman.h>

static NOINLINE int value(void) {
#ifdef V2
  return opaque(2);
#else
  return opaque(1);
#endif
}

static NOINLINE int deny(void) {
  struct sock_filter filter[] = {
      LOAD(nr),      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 0, 3),
      LOAD(args[2]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
      DENY,          ALLOW};
  return install_filter(filter, sizeof(filter));
}

void answer(const char *line) {
  if (strcmp(line, "deny") == 0)
    say("%s", deny() ? "failed" : "done");
  else
    say("%d", value());
}

int main(void) { return serve(); }
