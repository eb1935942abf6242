// Children are forked all the time, each calls the changed function and ends, while
// a patch goes in and out in the parent: none hangs, none crashes, and what each
// one answers is one version's answer.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do dsuctl apply --timeout=20s $PID %t.so >/dev/null || echo refused; dsuctl revert --timeout=20s $PID >/dev/null || echo refused; done; echo over' \
// RUN:   'apply %t.so' 'ask stop' | FileCheck %s
//
// CHECK:      start: done
// CHECK-NEXT: over
// CHECK:      exit 0
// CHECK-NEXT: stop: children were born, none wrong
// CHECK-NEXT: serving
#include "serve.h"
#include <pthread.h>
#include <sys/wait.h>

static volatile int end, born, wrong;
static pthread_t parent;

static NOINLINE int value(int x) {
#ifdef V2
  return 2 * x + opaque(0);
#else
  return x + opaque(0);
#endif
}

static NOINLINE void one_child(void) {
  int status;
  pid_t child = fork();
  if (child == 0)
    _exit(value(10));
  ++born;
  wrong += waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
           (WEXITSTATUS(status) != 10 && WEXITSTATUS(status) != 20);
}

static void *give_birth(void *unused) {
  while (!end)
    one_child();
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "start") == 0) {
    if (pthread_create(&parent, NULL, give_birth, NULL))
      exit(3);
    say("done");
    return;
  }
  end = 1;
  pthread_join(parent, NULL);
  say("%s, %s", born ? "children were born" : "no child was born",
      wrong ? "some wrong" : "none wrong");
}

int main(void) { return serve(); }
