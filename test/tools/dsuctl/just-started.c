// A process that has been started this very moment, whose runtime is not there
// yet, is waited for.
//
// RUN: dsu-cc -O2 %s -o %t && %clang -shared -fPIC -DSLOW_START %s -o %t.slow.so
// RUN: %S/Inputs/just-started.sh %t %t.slow.so | FileCheck %s
//
// CHECK: process {{[0-9]+}} ({{.*}}), ABI version
#include <stdio.h>
#include <unistd.h>

#ifdef SLOW_START
__attribute__((constructor)) static void start_slowly(void) {
  printf("%d\n", (int)getpid());
  fflush(stdout);
  usleep(300000);
}
#else
int main(void) { pause(); }
#endif
