// A function whose body differs is replaced, one that does not is left alone.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: %diff -o %t.so --report=json | FileCheck --check-prefix=JSON %s
// RUN: llvm-nm --defined-only %t.so | FileCheck --check-prefix=NM %s
//
// CHECK: can be applied live
// CHECK: 1 function replaced, 0 added, 0 removed
// CHECK: changed {{ *}}changed {{.*}}body-changed.c:[[@LINE+9]]{{ *}}in source
// CHECK-NOT: kept
// CHECK: Consistency level: activeness
//
// JSON: "exit_status": 0
// JSON: "name": "changed"
// JSON: "verdict": "applicable"
// NM-NOT: kept
// NM: changed
__attribute__((noinline)) int changed(int x) {
#ifdef NEW
  return x + 2;
#else
  return x + 1;
#endif
}
__attribute__((noinline)) int kept(int x) { return changed(x) * 3; }
int main(int argc, char **argv) { return kept(argc); }
