// No optimizer, in the compiler or at the link, reasons about pinned state:
// never-written and write-only variables keep their loads and stores, arrays are
// not split or made local, and a vectorizer does not raise an alignment.  The
// same source without the plugin shows that there was something to prevent.
//
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: env DSU_PROGRAM_OUT=dsu.bc %dsu-lto -O2 -mavx2 %s -o dsu
// RUN: llvm-dis dsu.bc && FileCheck %s < dsu.0.ll
// RUN: %lto -O2 -mavx2 -Wl,--save-temps %s -o plain
// RUN: llvm-dis plain.0.4.opt.bc -o - | FileCheck %s --check-prefix=PLAIN
//
// CHECK-DAG: @never_written = internal {{.*}}global i32 42, section
// CHECK-DAG: @flag = internal {{.*}}global i32 0, section
// CHECK-DAG: @pair = internal {{.*}}global [2 x i32] zeroinitializer, section
// CHECK-DAG: @written_only = internal {{.*}}global i32 0, section
// CHECK-DAG: @main.local = internal {{.*}}global i32 0, section
// CHECK-DAG: @vector = internal {{.*}}global [64 x i32] zeroinitializer, section ".bss.vector", align 16
// CHECK-DAG: load i32, ptr @never_written
// CHECK-DAG: store i32 {{.*}}, ptr @written_only
//
// PLAIN-NOT: @never_written
// PLAIN-NOT: @written_only
static int never_written = 42;
static int flag;
static int pair[2];
static int written_only;
static int vector[64];

__attribute__((noinline)) static void fill(int by) {
  for (int i = 0; i < 64; i++)
    vector[i] += by;
}

int main(int argc, char **argv) {
  (void)argv;
  static int local;
  local += argc;
  if (argc > 3)
    flag = 1;
  pair[0] = argc;
  pair[1] += pair[0];
  written_only = argc;
  fill(never_written);
  return vector[argc] + pair[1] + flag - local;
}
