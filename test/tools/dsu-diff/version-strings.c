// Literals that differ only by the version do not count if the version is known
// and stands as the program's: by the user's word, or by a literal "NAME VERSION"
// of the program's name, where it is announced so again or is the whole literal.
// Any other number in a text is a change.
//
// RUN: rm -rf %t && mkdir %t && dsu-cc -O2 -g %s -o %t/server
// RUN: dsu-cc -O2 -g -DNEW %s -o %t/new
// RUN: dsu-diff %t/server.dsu.bc %t/new.dsu.bc | FileCheck %s
// RUN: dsu-cc -O2 -g -DPLAIN %s -o %t/server
// RUN: dsu-cc -O2 -g -DPLAIN -DNEW %s -o %t/new
// RUN: dsu-diff %t/server.dsu.bc %t/new.dsu.bc \
// RUN:   | FileCheck --check-prefix=UNKNOWN %s
// RUN: dsu-diff %t/server.dsu.bc %t/new.dsu.bc --version-strings=1.6.22,1.6.23 \
// RUN:   | FileCheck %s
//
// CHECK: 1 function replaced
// CHECK: changed {{ *}}protocol
// CHECK: Passed over
// CHECK: hello: version "this is server 1.6.22." -> "this is server 1.6.23."
//
// UNKNOWN: 2 functions replaced
#include <stdio.h>
#ifdef NEW
#define VERSION "1.6.23"
#define TLS "TLSv1.2"
#else
#define VERSION "1.6.22"
#define TLS "TLSv1.0"
#endif
__attribute__((noinline)) void hello(void) {
  puts("this is server " VERSION ".");
}
__attribute__((noinline)) void protocol(void) { puts(TLS); }
__attribute__((noinline)) void package(void) {
#ifndef PLAIN
  puts("server " VERSION);
#endif
}
int main(void) {
  hello();
  protocol();
  package();
  return 0;
}
