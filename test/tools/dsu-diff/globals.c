// New variables come along, thread-locals too; a retyped, a resized one, one that
// needs a greater alignment, becomes constant or thread-local is refused by name. A
// smaller alignment does no harm.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DRETYPE %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=RETYPE %s
// RUN: dsu-cc -O2 -g -DNEW -DRESIZE %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=RESIZE %s
// RUN: dsu-cc -O2 -g -DNEW -DTHREAD %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=THREAD %s
// RUN: dsu-cc -O2 -g -DNEW -DEXTEND %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=EXTEND %s
// RUN: dsu-cc -O2 -g -DNEW -DALIGN=64 %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=ALIGN %s
// RUN: dsu-cc -O2 -g -DNEW -DALIGN=16 %s -o %t.new && %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DNEW -DCONSTANT %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=CONSTANT %s
//
// CHECK: can be applied live
// CHECK: added {{ *}}new variable
// CHECK: own {{ *}}new thread-local variable
// RETYPE: globals.c:{{[0-9]+}}: 'limit' is retyped from int to unsigned int
// RESIZE: globals.c:{{[0-9]+}}: 'table' is retyped from int[4] to int[8]
// THREAD: 'limit' becomes thread-local
// EXTEND: 'message' is resized from 8 to 14 bytes
// ALIGN: 'buffer' needs an alignment of 64 bytes, the object in memory has 32
// CONSTANT: 'quota' changes from variable to constant
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
// One type, but as much memory as the text needs.
struct text {
  int length;
  char bytes[];
};
#ifdef EXTEND
struct text message = {9, "nine here"};
#else
struct text message = {3, "one"};
#endif
#ifndef ALIGN
#define ALIGN 32
#endif
char buffer[64] __attribute__((aligned(ALIGN)));
#ifdef CONSTANT
#define CONST const
#else
#define CONST
#endif
extern CONST int quota[4];
CONST int quota[4] = {5, 6, 7, 8};
__attribute__((noinline)) int use_more(int x) {
  return message.bytes[x & 1] + buffer[x & 63] + quota[x & 3];
}
#ifdef NEW
int added = 3;
__thread int own = 4;
__attribute__((noinline)) int use(int x) {
  return limit + table[x & 3] + added++ + own++;
}
#else
__attribute__((noinline)) int use(int x) { return limit + table[x & 3]; }
#endif
int main(int argc, char **argv) {
  limit = argc;
  table[1] = argc;
  return use(argc) + use_more(argc);
}
