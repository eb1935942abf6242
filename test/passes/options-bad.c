// Options that are not understood are errors, never ignored.
//
// RUN: env DSU_OPTIONS=exclude=a not %dsu-clang -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck %s --check-prefix=KEY
// RUN: env "DSU_OPTIONS=exclude-files=[a" not %dsu-clang -c %s -o %t.o 2>&1 \
// RUN:   | FileCheck %s --check-prefix=GLOB
// KEY: error: DSU: DSU_OPTIONS has an unknown key 'exclude'; known are exclude-functions
// GLOB: error: DSU: DSU_OPTIONS, exclude-files: '[a' is not a pattern
int f(void) { return 1; }
