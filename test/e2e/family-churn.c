// Children come and go all the time, as those of a server that forks for each
// connection.  --children updates the family all the same, and comes to an end:
// a child that has ended meanwhile, or started another program, is no failure, nor
// is one that was forked from a parent that had been updated, or reverted, a moment
// before.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask start' 'run for i in 1 2 3 4 5 6 7 8 9 10; do dsuctl apply --children --timeout=20s $PID %t.so >/dev/null 2>&1 || echo apply $?; dsuctl revert --children --timeout=20s $PID >/dev/null 2>&1 || echo revert $?; done; echo over' \
// RUN:   'ask stop' 'dsuctl apply --children --timeout=20s $PID %t.so' 'ask stop' | FileCheck %s
//
// CHECK:      start: done
// CHECK-NEXT: over
// CHECK-NEXT: stop: children were born, none wrong
// CHECK-NEXT: process {{[0-9]+}}: {{.*}} applied
// CHECK:      dsuctl: done in 1 process.
// CHECK-NEXT: exit 0
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
  if (child == 0) {
    usleep(2000);
    if (born % 2)
      execl("/bin/true", "true", NULL);
    _exit(value(10));
  }
  wrong += waitpid(child, &status, 0) != child || !WIFEXITED(status) ||
           (born % 2 ? WEXITSTATUS(status) != 0
                     : WEXITSTATUS(status) != 10 && WEXITSTATUS(status) != 20);
  ++born;
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
  if (!end) {
    end = 1;
    pthread_join(parent, NULL);
  }
  say("%s, %s", born ? "children were born" : "no child was born",
      wrong ? "some wrong" : "none wrong");
}

int main(void) { return serve(); }
