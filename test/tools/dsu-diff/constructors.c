// A new constructor would not run in a process that has started: a decision.
//
// RUN: %versions
// RUN: %exits 2 %diff | FileCheck %s
// RUN: %diff --ignore-constructors | FileCheck --check-prefix=IGNORED %s
//
// CHECK: needs a decision
// CHECK: constructors.c:[[@LINE+6]]: constructor '{{.*}}start' is new and does not run
// CHECK: --ignore-constructors
// IGNORED: can be applied live
volatile int ready;
#ifdef NEW
// Line of the definition:
__attribute__((constructor)) static void start(void) { ready = 1; }
__attribute__((noinline)) int use(void) { return ready + 1; }
#else
__attribute__((noinline)) int use(void) { return ready; }
#endif
int main(void) { return use(); }
