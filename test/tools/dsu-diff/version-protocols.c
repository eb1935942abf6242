// A number that is the program's version by chance is none: "HTTP/1.0" of
// "server 1.0" is the version of a protocol, and so may be the literal "1.0".
// All three functions change, though the program announces its version; neither do
// they count as the same by the user's word where a slash stands before it.
//
// RUN: rm -rf %t && mkdir %t && dsu-cc -O2 -g %s -o %t/server
// RUN: dsu-cc -O2 -g -DNEW %s -o %t/new
// RUN: dsu-diff %t/server.dsu.bc %t/new.dsu.bc | FileCheck %s
// RUN: dsu-diff %t/server.dsu.bc %t/new.dsu.bc --version-strings=1.0,1.1 \
// RUN:   | FileCheck --check-prefix=STATED %s
//
// CHECK: 3 functions replaced
// CHECK-DAG: changed {{ *}}number
// CHECK-DAG: changed {{ *}}other
// CHECK-DAG: changed {{ *}}status
// CHECK: Passed over
// CHECK: hello: version "server 1.0" -> "server 1.1"
// STATED: 1 function replaced
// STATED: changed {{ *}}status
#include <stdio.h>
#ifdef NEW
#define VERSION "1.1"
#else
#define VERSION "1.0"
#endif
__attribute__((noinline)) void hello(void) { puts("server " VERSION); }
__attribute__((noinline)) void status(void) { puts("HTTP/" VERSION " 200"); }
__attribute__((noinline)) void number(void) { puts(VERSION); }
__attribute__((noinline)) void other(void) { puts("webserver " VERSION); }
int main(void) {
  hello();
  status();
  number();
  other();
  return 0;
}
