// What new code uses has to be in the running program or in the libraries that it
// loads. Functions of static libraries (atexit is in libc_nonshared.a, what
// __builtin_cpu_supports reads in libgcc.a) are refused, and so are those that only
// code generation knows of. Others of libc are allowed.
//
// RUN: %versions && %exits 3 %diff | FileCheck %s
// RUN: rm -f %t.so && dsu-cc -O2 -g -DNEW -DCPU %s -o %t.new && %exits 3 %diff -o %t.so | FileCheck --check-prefix=CPU %s
// RUN: test ! -e %t.so
// RUN: dsu-cc -O2 -g -DNEW -DWIDE %s -o %t.new && %diff | FileCheck --check-prefix=ALLOWED %s
// RUN: dsu-cc -O2 -g -static-libgcc %s -o %t.old && %exits 3 %diff -o %t.so 2>&1 | FileCheck --check-prefix=WIDE %s
// RUN: test ! -e %t.so && test ! -e %t.dsu.bc
// RUN: dsu-cc -O2 -g -DNEW -DLIBC %s -o %t.new && %diff -o %t.so | FileCheck --check-prefix=ALLOWED %s
// RUN: dsu-cc -O2 -g -DNEW %s -o %t.new && %diff --old-binary=none | FileCheck --check-prefix=UNKNOWN %s
//
// CHECK: cannot be applied live
// CHECK: new code uses 'atexit', which is not in the program as built by dsu-cc, nor in any library that the running program loads
// CHECK-NEXT: => use what the running program or its libraries have
// CPU: new code uses '__cpu_model'
// WIDE: cannot be applied live; no patch was made
// WIDE: new code uses '__udivti3'
// ALLOWED: can be applied live
// UNKNOWN: can be applied live
// UNKNOWN: whether the running program has 'atexit' is not known
#include <ctype.h>
#include <stdlib.h>
int state;
#if defined(NEW) && !defined(CPU) && !defined(WIDE) && !defined(LIBC)
static void bye(void) { state = 0; }
#endif
__attribute__((noinline)) int use(int x) {
#ifdef CPU
  x += __builtin_cpu_supports("avx2");
#elif defined(WIDE)
  x += (int)(((unsigned __int128)x << 70) / (unsigned)(state + 3));
#elif defined(LIBC)
  x = (toupper)(x);
#elif defined(NEW)
  x += atexit(bye);
#endif
  return state += x;
}
int main(int argc, char **argv) { return use(argc); }
