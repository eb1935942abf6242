// An assertion that only moved to another line does not make its function
// changed, and the report says where. A constant that changed by itself does,
// even if it looks like a line of the old version.
//
// LLVM 22 infers the range of an argument from the constants that are passed, so
// the function that is called differs, too: it is replaced, needlessly.
// XFAIL: llvm-22
//
// RUN: %versions && %diff | FileCheck %s
//
// CHECK: 1 function replaced
// CHECK: changed {{ *}}real
// CHECK: Passed over
// CHECK-NEXT: moved: __LINE__ 101 -> 203
extern void report(int line, const char *what);
__attribute__((noinline)) void report(int line, const char *what) {
  __asm__ volatile("" : : "r"(line), "r"(what));
}
#ifdef NEW
#line 200
#else
#line 100
#endif
__attribute__((noinline)) void moved(int x) { if (x > 3) report(__LINE__, "x"); }
__attribute__((noinline)) void real(int x) {
#ifdef NEW
  report(500, "y");
#else
  report(106, "y");
#endif
}
int main(int argc, char **argv) { moved(argc); real(argc); return 0; }
