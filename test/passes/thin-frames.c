// Nothing is inlined into a lifelong function, not even what it calls through a
// pointer that the optimizer sees through, and it is not inlined into its caller;
// into an ordinary one everything is.
//
// RUN: %dsu-clang -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: env DSU_PROGRAM_OUT=%t.bc %dsu-lto -O2 -DMAIN %s -o %t
// RUN: llvm-dis %t.bc && FileCheck %s --check-prefix=LINK < %t.0.ll
//
// CHECK-LABEL: define {{.*}}@serve(
// CHECK: call {{.*}}@step.dsu.call(
// CHECK-LABEL: define {{.*}}@listed(
// CHECK: call {{.*}}@step.dsu.call(
// CHECK-LABEL: define {{.*}}@by_pointer(
// CHECK: call {{.*}}@step.dsu.call(
// CHECK-LABEL: define {{.*}}@ordinary(
// CHECK-NOT: @step
// CHECK: ret
//
// LINK-LABEL: define {{.*}}@serve(
// LINK: call {{.*}}@step(
// LINK-LABEL: define {{.*}}@caller(
// LINK: call {{.*}}@listed(
// LINK-LABEL: define {{.*}}@main(
static volatile int total;
extern volatile int stop;
static void step(int n) { total += n; }

void serve(void) {
  while (!stop)
    step(1);
}
__attribute__((annotate("dsu:lifelong"))) void listed(void) { step(2); }
__attribute__((annotate("dsu:lifelong"))) void by_pointer(void) {
  void (*pointer)(int) = step;
  pointer(4);
}
void ordinary(void) { step(3); }
void caller(void) { listed(); }

#ifdef MAIN
volatile int stop = 1;
int main(void) {
  serve();
  listed();
  by_pointer();
  ordinary();
  caller();
  return 0;
}
#endif
