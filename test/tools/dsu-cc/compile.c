// Compiling C adds the plugin, full LTO, debug information and unwind tables,
// after what the user wrote, where no warning about unused options comes of it.
//
// RUN: dsu-cc -O2 -c %s -o %t.o -### 2>&1 | FileCheck %s
// RUN: dsu-cc --dsu-verbose -O2 -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=COMMAND
// RUN: llvm-bcanalyzer %t.o > /dev/null
//
// CHECK: "-cc1"
// CHECK-SAME: "-flto=full"
// CHECK-SAME: "-debug-info-kind=constructor"
// CHECK-SAME: "-fpass-plugin={{.*}}/DSUPass.so"
// COMMAND: "-O2" "-c" "{{.*}}compile.c" "-o" "{{.*}}.o" "--start-no-unused-arguments" "-fpass-plugin=
// COMMAND-SAME: "-fasynchronous-unwind-tables"
// COMMAND-SAME: "--end-no-unused-arguments"
// COMMAND-NOT: "-Xlinker"
int f(int x) { return x; }
