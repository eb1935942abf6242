// Entries of functions are written through /proc/self/mem; where that cannot be
// opened or written to, code is made writable while threads are held.  Where that
// is forbidden, too (MemoryDenyWriteExecute), the update is refused, and nothing
// has changed.  However it is done, no code is writable afterwards.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'ask value' 'revert' 'ask value' 'apply %t.so' 'ask value' \
// RUN:   'run ! grep rwx /proc/$PID/maps' | FileCheck %s --check-prefix=BOTH
// RUN: %drive %t.1 'ask new code' 'apply %t.so' 'ask value' 'revert' 'ask value' \
// RUN:   'apply %t.so' 'ask value' 'run ! grep rwx /proc/$PID/maps' | FileCheck %s --check-prefix=BOTH
// BOTH:      exit 0
// BOTH-NEXT: value: 2 4
// BOTH:      exit 0
// BOTH-NEXT: value: 1 3
// BOTH:      exit 0
// BOTH-NEXT: value: 2 4
// BOTH-EMPTY:
// BOTH-NEXT: serving
//
// SYS_pwrite64 is 18.
// RUN: %drive %t.1 'ask 18' 'apply %t.so' 'ask value' 'revert' 'ask value' \
// RUN:   'apply %t.so' 'ask value' 'run ! grep rwx /proc/$PID/maps' | FileCheck %s --check-prefix=BOTH
// RUN: %drive %t.1 'ask new code' 'ask 18' 'try %t.so' 'ask value' \
// RUN:   | FileCheck %s --check-prefix=REFUSED
// RUN: %drive %t.1 'ask new code' 'apply %t.so' 'ask 18' 'keep' 'revert' 'same' 'ask value' \
// RUN:   | FileCheck %s --check-prefixes=REVERT
// REFUSED:      the program's code cannot be changed: /proc/self/mem cannot be opened or written, nor
// REFUSED-NEXT: What to do: {{.*}}--dsu-through-slots=*
// REFUSED-NEXT: exit 8
// REFUSED-NEXT: unchanged
// REFUSED-NEXT: value: 1 3
// REVERT:       exit 0
// REVERT:       the program's code cannot be changed: /proc/self/mem cannot be opened or written, nor
// REVERT:       exit 8
// REVERT-NEXT:  unchanged
// REVERT-NEXT:  value: 2 4
// REVERT-NEXT:  serving
//
// Failures on demand happen once.
// RUN: %faulty-dsu-cc %s -o %t.3
// RUN: dsu-diff %t.3.dsu.bc %t.2.dsu.bc -o %t.faulty.so
// RUN: env DSU_FAULT=code-memory %drive %t.3 'apply %t.faulty.so' 'ask value' 'revert' \
// RUN:   'ask value' 'apply %t.faulty.so' 'ask value' 'run ! grep rwx /proc/$PID/maps' \
// RUN:   | FileCheck %s --check-prefix=BOTH
// RUN: env DSU_FAULT=code-memory %drive %t.3 'ask new code' 'keep' 'apply %t.faulty.so' 'same' 'ask value' \
// RUN:   | FileCheck %s --check-prefix=REFUSED
// RUN: env DSU_FAULT=code-protection %drive %t.3 'ask 18' 'keep' 'apply %t.faulty.so' 'same' 'ask value' \
// RUN:   | FileCheck %s --check-prefix=REFUSED
//
// The second function's entry cannot be written: that of the first is put back, and
// the same patch can be applied later.  The fourth write is that of the second entry at a revert.
// RUN: env DSU_FAULT=code-write:2 %drive %t.3 'apply %t.faulty.so' 'ask value' 'revert' \
// RUN:   'ask value' 'apply %t.faulty.so' 'ask value' 'run ! grep rwx /proc/$PID/maps' \
// RUN:   | FileCheck %s --check-prefix=BOTH
// RUN: env DSU_FAULT=code-write:2 %drive %t.3 'ask new code' 'keep' 'apply %t.faulty.so' 'same' 'ask value' \
// RUN:   'apply %t.faulty.so' 'ask value' | FileCheck %s --check-prefixes=REFUSED,LATER
// RUN: env DSU_FAULT=code-write:4 %drive %t.3 'ask new code' 'apply %t.faulty.so' 'keep' 'revert' 'same' \
// RUN:   'ask value' | FileCheck %s --check-prefix=REVERT
// LATER:        exit 0
// LATER-NEXT:   value: 2 4
// REFUSED:      serving
#include "deny.h"
#include "serve.h"

#ifdef V2
#define MORE 1
#else
#define MORE 0
#endif

static NOINLINE int value(void) { return opaque(1 + MORE); }

/* In another page. */
__attribute__((section("other_text"))) static NOINLINE int other(void) {
  return opaque(3 + MORE);
}

void answer(const char *line) {
  if (strcmp(line, "value") == 0)
    say("%d %d", value(), other());
  else
    say("%d", *line == 'n' ? deny_new_code() : deny(atoi(line)));
}

int main(void) { return serve(); }
