// Constructors and destructors run in their order, and may call updatable
// functions.
//
// RUN: %same-as-plain %s
#include <stdio.h>

__attribute__((noinline)) void say(const char *what) { puts(what); }
__attribute__((constructor(200))) static void second(void) { say("second"); }
__attribute__((constructor(150))) static void first(void) { say("first"); }
__attribute__((destructor)) static void last(void) { say("last"); }

int main(void) {
  say("main");
  return 0;
}
