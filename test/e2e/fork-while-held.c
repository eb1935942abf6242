// Children that are made by _Fork or the system call, without libc's handlers, while all
// threads are held get a copy of "held", and do not wait for ever for its end.
//
// DEFINE: %{updates} = for i in $(seq 250); do dsuctl apply $PID %t.so >/dev/null && dsuctl revert $PID >/dev/null || exit; done; echo all
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask fork' 'run %{updates}' 'send stop' 'get' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      fork: begun
// CHECK-NEXT: all
// CHECK-NEXT: hanging: 0
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/wait.h>

static NOINLINE int value(void) { return opaque(VERSION); }

static atomic_bool stopped;
static pthread_t forker;

/* A child that hangs is ended by the alarm. */
static void *fork_often(void *unused) {
  long hanging = 0;
  (void)unused;
  for (long i = 0; !stopped; ++i) {
    int status = 0;
    pid_t child = i % 2 ? _Fork() : (pid_t)syscall(SYS_fork);
    if (child == 0) {
      alarm(10);
      for (int j = 0; j < 20; ++j)
        poll(NULL, 0, 0);
      _exit(0);
    }
    while (waitpid(child, &status, 0) < 0)
      ;
    hanging += !WIFEXITED(status);
  }
  return (void *)hanging;
}

void answer(const char *line) {
  if (strcmp(line, "fork") == 0) {
    pthread_create(&forker, NULL, fork_often, NULL);
    say("begun");
  } else if (strcmp(line, "stop") == 0) {
    void *hanging;
    stopped = true;
    pthread_join(forker, &hanging);
    say("hanging: %ld", (long)hanging);
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
