// A named constant with the same content is the one of the program, since its
// address is an identity; one with new content is a new object that the functions
// which use it take along. Literals are copied.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s
// RUN: llvm-readelf --relocs %t.so | FileCheck --check-prefix=RELOCS %s
//
// CHECK: 2 functions replaced
// CHECK-DAG: changed {{ *}}first
// CHECK-DAG: changed {{ *}}second
// CHECK: changing {{ *}}constant changed: new object in the patch
// RELOCS-NOT: dsu.data:changing
// RELOCS: dsu.data:same
// RELOCS-NOT: dsu.data:changing
extern const int same[], changing[];
const int same[] = {1, 2, 3, 4, 5, 6, 7, 8};
#ifdef NEW
const int changing[] = {1, 2, 3, 4, 5, 6, 7, 9};
#define TEXT "new"
#else
const int changing[] = {1, 2, 3, 4, 5, 6, 7, 8};
#define TEXT "old"
#endif
__attribute__((noinline)) const char *first(int x) {
  return TEXT + same[x & 7];
}
__attribute__((noinline)) int second(int x) { return changing[x & 7]; }
__attribute__((noinline)) int third(int x) { return same[x & 7]; }
int main(int argc, char **argv) {
  return first(argc)[0] + second(argc) + third(argc);
}
