// -S still gives assembler that can be assembled, instrumented as a file of its
// own; with -flto it gives IR, as with clang.
//
// RUN: dsu-cc -O2 -S %s -o %t.s
// RUN: FileCheck %s --check-prefix=ASSEMBLER < %t.s
// RUN: dsu-cc %t.s -o %t && %t
// RUN: dsu-cc -O2 -S -flto %s -o - | FileCheck %s --check-prefix=IR
//
// ASSEMBLER: .type main,@function
// ASSEMBLER: dsu_slots
// IR: define {{.*}} @main
int main(void) { return 0; }
