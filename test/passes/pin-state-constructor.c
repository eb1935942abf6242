// No optimizer runs a constructor in advance to change a variable's initial value:
// that would make the value depend on code, so that the next version's
// seems to have changed, and would put one that is not zero in .bss.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: env DSU_PROGRAM_OUT=dsu.bc %dsu-lto -O2 %s -o dsu
// RUN: llvm-dis dsu.bc && FileCheck %s < dsu.0.ll
// RUN: ./dsu
// RUN: %lto -O2 -Wl,--save-temps %s -o plain
// RUN: llvm-dis plain.0.4.opt.bc -o - | FileCheck %s --check-prefix=PLAIN
//
// CHECK-DAG: @ready = {{.*}}global i32 0, section ".bss.ready"
// CHECK-DAG: @copied = {{.*}}global i32 0, section ".bss.copied"
// CHECK-DAG: @llvm.global_ctors = {{.*}}@start
//
// PLAIN-NOT: @start
int ready;
static int seed = 3;
static int copied;

__attribute__((constructor)) static void start(void) {
  ready = 1;
  copied = seed;
}

int main(void) { return ready + copied - 4; }
