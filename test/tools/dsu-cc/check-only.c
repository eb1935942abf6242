// What makes no code is left alone: preprocessing, dependencies, syntax check,
// and questions to the compiler.  -MD beside -c is no question.
//
// RUN: dsu-cc --dsu-verbose -E %s 2>&1 | FileCheck %s --check-prefixes=PLAIN,PREPROCESSED
// RUN: dsu-cc --dsu-verbose -M %s 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -MM %s 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose --version 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -v 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -### 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -dumpmachine -O2 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -print-file-name=libc.so 2>&1 | FileCheck %s --check-prefix=PLAIN
// RUN: dsu-cc --dsu-verbose -MD -MF %t.d -c %s -o %t.o 2>&1 | FileCheck %s --check-prefix=CODE
//
// PLAIN-NOT: {{DSUPass|libdsu_rt|-flto|DSU_PROGRAM_OUT}}
// PREPROCESSED: int f(int x)
// CODE: DSUPass
int f(int x) { return x; }
