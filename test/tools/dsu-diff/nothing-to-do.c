// Two builds of one source are the same: exit status 1 and no patch.
//
// RUN: rm -f %t.so && %versions
// RUN: %exits 1 %diff -o %t.so | FileCheck %s
// RUN: test ! -e %t.so
//
// CHECK: nothing to do
int main(int argc, char **argv) { return argc; }
