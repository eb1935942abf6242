// A debugger attached to an updated process shows the new version's functions by
// name with the new version's lines, under the unchanged callers.
//
// REQUIRES: gdb
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'apply %t.so' 'ask wait' \
// RUN:   'run gdb -p $PID -batch -nx -iex "set debuginfod enabled off" -iex "set auto-load no" -ex backtrace 2>&1 | grep "^#"' \
// RUN:   'ask go' | FileCheck %s
//
// CHECK:      wait: waiting
// CHECK:      {{.*}} wait_inside ({{.*}}) at {{.*}}gdb.c:[[@LINE+10]]
// CHECK:      {{.*}} new_in_v2 ({{.*}}) at {{.*}}gdb.c:[[@LINE+16]]
// CHECK:      {{.*}} value ({{.*}}) at {{.*}}gdb.c:[[@LINE+24]]
// CHECK:      {{.*}} answer ({{.*}}) at {{.*}}gdb.c:[[@LINE+31]]
// CHECK:      serving
#include "serve.h"

static NOINLINE int wait_inside(void) {
  char line[16];
  say("waiting");
  return serve_line(line, sizeof(line));
}

#ifdef V2
static NOINLINE int new_in_v2(int x) {
  int result = 1;
  result += opaque(x);
  result += wait_inside();
  __asm__ volatile("" ::"r"(x) : "memory");
  return result;
}
#endif

static NOINLINE int value(void) {
  int result = 0;
#ifdef V2
  result += new_in_v2(opaque(42));
#else
  result += wait_inside();
#endif
  __asm__ volatile("" ::: "memory");
  return result;
}

void answer(const char *line) { say("%d", value()); }

int main(void) { return serve(); }
