// New variables come along, thread-locals too; a retyped, a resized one, one that
// becomes constant or thread-local is refused by name.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DRETYPE %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=RETYPE %s
// RUN: dsu-cc -O2 -g -DNEW -DRESIZE %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=RESIZE %s
// RUN: dsu-cc -O2 -g -DNEW -DTHREAD %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=THREAD %s
//
// CHECK: can be applied live
// CHECK: added {{ *}}new variable
// CHECK: own {{ *}}new thread-local variable
// RETYPE: globals.c:{{[0-9]+}}: 'limit' is retyped from int to unsigned int
// RESIZE: globals.c:{{[0-9]+}}: 'table' is retyped from int[4] to int[8]
// THREAD: 'limit' becomes thread-local
#ifdef RETYPE
unsigned limit = 4;
#elif defined(THREAD)
__thread int limit = 4;
#else
int limit = 4;
#endif
#ifdef RESIZE
int table[8];
#else
int table[4];
#endif
#ifdef NEW
int added = 3;
__thread int own = 4;
__attribute__((noinline)) int use(int x) { return limit + table[x & 3] + added++ + own++; }
#else
__attribute__((noinline)) int use(int x) { return limit + table[x & 3]; }
#endif
int main(int argc, char **argv) { limit = argc; table[1] = argc; return use(argc); }
