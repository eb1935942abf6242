// What closing the last descriptor of a file does has been done when close() returns,
// also while the runtime's thread gets descriptors of its own, for which the kernel
// copies some and closes the copies: no thread runs then, whether there is one, or
// several, or one that was never in a blocking call.
//
// DEFINE: %{updates} = for i in $(seq 150); do dsuctl apply $PID %t.so >/dev/null && dsuctl revert $PID >/dev/null || exit; done; echo all
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive --args=%t.lock %t.1 'send lock' 'run %{updates}' 'send stop' 'get' 'get' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive --args=%t.lock %t.1 'ask thread' 'run %{updates}' 'send stop' 'get' 'ask value' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
// RUN: %drive --args=%t.lock %t.1 'ask never' 'run %{updates}' 'send stop' 'get' 'ask value' \
// RUN:   'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      all
// CHECK-NEXT: failed: 0
// CHECK-NEXT: {{^(value: )?}}1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/file.h>

static const char *path;
static atomic_int stopped;
static atomic_long failed;

static NOINLINE int value(void) { return opaque(VERSION); }

/* The lock of an open file ends with its last descriptor. */
static void lock_once(void) {
  const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  failed += flock(fd, LOCK_EX | LOCK_NB) != 0;
  close(fd);
}

static NOINLINE void lock_until_line(void) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  while (poll(&input, 1, 0) == 0)
    lock_once();
}

static void *lock_until_stopped(void *blocks) {
  while (!stopped) {
    lock_once();
    if (blocks)
      poll(NULL, 0, 0);
  }
  return blocks;
}

void answer(const char *line) {
  static pthread_t thread;
  if (strcmp(line, "lock") == 0) {
    lock_until_line();
    say("failed: %ld", failed);
  } else if (strcmp(line, "thread") == 0 || strcmp(line, "never") == 0) {
    pthread_create(&thread, NULL, lock_until_stopped,
                   *line == 't' ? &path : NULL);
    say("started");
  } else if (strcmp(line, "stop") == 0 && thread) {
    stopped = 1;
    pthread_join(thread, NULL);
    say("failed: %ld", failed);
  } else {
    say("%d", value());
  }
}

int main(int argc, char **argv) {
  path = argc > 1 ? argv[1] : "";
  return serve();
}
