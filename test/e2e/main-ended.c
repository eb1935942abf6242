// A program whose main thread has ended (pthread_exit) is updated: the kernel keeps
// that thread as a zombie, which exists, is counted and takes no signal.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask state' 'apply %t.so' 'ask value' 'ask state' 'revert' 'ask value' | FileCheck %s
//
// CHECK:      state: Z
// CHECK-NEXT: applied: 1 function replaced
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: state: Z
// CHECK-NEXT: reverted
// CHECK:      exit 0
// CHECK-NEXT: value: 1
// CHECK-NEXT: serving
#include "serve.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>

static NOINLINE int value(void) { return opaque(VERSION); }

/* That of the main thread, in the end. */
static char state(void) {
  for (;;) {
    char text[256] = {0};
    int fd = open("/proc/self/stat", O_RDONLY);
    ssize_t size = read(fd, text, sizeof(text) - 1);
    close(fd);
    const char *end = size > 0 ? strrchr(text, ')') : NULL;
    if (end && end[2] == 'Z')
      return 'Z';
  }
}

void answer(const char *line) {
  if (strcmp(line, "state") == 0)
    say("%c", state());
  else
    say("%d", value());
}

static void *serve_here(void *unused) {
  (void)unused;
  exit(serve());
}

int main(void) {
  pthread_t thread;
  if (pthread_create(&thread, NULL, serve_here, NULL) != 0)
    return 2;
  pthread_exit(NULL);
}
