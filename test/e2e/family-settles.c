// A child that has just been forked may be about to start another program, which
// the runtime's signal would end: --children gives it a moment.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask fork' 'dsuctl apply --children $PID %t.so' 'ask child' | FileCheck %s
//
// CHECK:      fork: done
// CHECK-NEXT: process {{[0-9]+}}: {{.*}} applied
// CHECK:      done in 1 process.
// CHECK-NEXT: exit 0
// CHECK-NEXT: child: goes on as another program
// CHECK-NEXT: serving
#include "serve.h"
#include <signal.h>
#include <sys/wait.h>

static pid_t child;

static NOINLINE int value(void) { return opaque(VERSION); }

void answer(const char *line) {
  if (strcmp(line, "fork") == 0) {
    child = fork();
    if (child == 0) {
      usleep(80000);
      execl("/bin/sleep", "sleep", "30", NULL);
      _exit(value());
    }
    say("done");
    return;
  }
  int ended = waitpid(child, NULL, WNOHANG) == child;
  say("%s", ended ? "ended" : "goes on as another program");
  kill(child, SIGKILL);
}

int main(void) { return serve(); }
