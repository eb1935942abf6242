// The line table names the call that a return address belongs to: each call of
// "several" has a row of its own discriminator, in the optimized program.
//
// RUN: %dsu-clang -O2 -c %s -o %t.o
// RUN: llvm-objdump -d --no-show-raw-insn --disassemble-symbols=several %t.o \
// RUN:   | FileCheck %s --check-prefix=CALLS
// RUN: llvm-dwarfdump --debug-line %t.o | FileCheck %s
// CALLS-COUNT-4: callq
// CHECK-DAG: {{^0x[0-9a-f]+ +}}16 {{.*}} 1 {{[ 0-9]*}}
// CHECK-DAG: {{^0x[0-9a-f]+ +}}16 {{.*}} 2 {{[ 0-9]*}}
// CHECK-DAG: {{^0x[0-9a-f]+ +}}17 {{.*}} 3 {{[ 0-9]*}}
// CHECK-DAG: {{^0x[0-9a-f]+ +}}17 {{.*}} 4 {{[ 0-9]*}}
int callee(int);

int several(int x) {
  int first = callee(x) + callee(x + 1);
  int second = callee(first) * callee(x);
  return first - second;
}
