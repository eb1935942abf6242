// A program that is built with AddressSanitizer links and runs: what the plugin adds
// to a unit is left alone by it.
//
// RUN: dsu-cc -O2 -fsanitize=address %s -o %t
// RUN: %t | FileCheck %s
//
// CHECK: 3 of 4
#include <stdio.h>

static int numbers[] = {1, 2, 3, 4};

__attribute__((noinline)) static void answer(int at) {
  printf("%d of %d\n", numbers[at], numbers[3]);
}

int main(int argc, char **argv) {
  for (int i = 0; i < argc; i++)
    answer(i + 2);
  return 0;
}
