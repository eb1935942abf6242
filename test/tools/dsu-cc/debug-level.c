// The user's choice of debug information is kept when types are in it; less
// than that is raised, which -v says.
//
// RUN: dsu-cc -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: dsu-cc -g -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: dsu-cc -g3 -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefixes=FULL
// RUN: dsu-cc -gdwarf-4 -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefixes=FULL,FOUR
// RUN: dsu-cc -g0 -g -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefix=FULL
// RUN: dsu-cc -g0 -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefixes=NOTE,FULL -DOPTION=-g0
// RUN: dsu-cc -g -g1 -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefixes=NOTE,FULL -DOPTION=-g1
// RUN: dsu-cc -gline-tables-only -c %s -o %t.o -### 2>&1 | FileCheck %s --check-prefixes=NOTE,FULL -DOPTION=-gline-tables-only
// RUN: dsu-cc -g0 -c %s -o %t.o 2>&1 | count 0
//
// NOTE: note: [[OPTION]] is overridden
// FULL: "-cc1"
// FULL-SAME: "-debug-info-kind=constructor"
// FOUR-SAME: "-dwarf-version=4"
int f(int x) { return x; }
