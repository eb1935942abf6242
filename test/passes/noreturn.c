// A function that never returns is called through its slot like any other.
//
// RUN: %same-as-plain %s
#include <stdio.h>
#include <stdlib.h>

__attribute__((noreturn, noinline)) void leave(int code) {
  printf("leaving with %d\n", code);
  exit(code);
}

int main(int argc, char **argv) {
  (void)argv;
  if (argc < 5)
    leave(argc + 2);
  return 0;
}
