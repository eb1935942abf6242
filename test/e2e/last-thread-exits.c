// The program's only thread ends by pthread_exit while a request waits: libc ends the
// program then in that thread, with what is buffered written and exit handlers run.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: rm -f %t.out && %drive --args=%t.out %t.1 'start dsuctl apply --wait $PID %t.so' \
// RUN:   'run until grep -qs dsu-agent /proc/$PID/task/*/comm; do :; done' 'send go' 'end' > %t.log
// RUN: FileCheck %s < %t.log && FileCheck --check-prefix=OUT %s < %t.out
//
// CHECK: ended 0
// OUT:      the result is 42
// OUT-NEXT: the handler ran
#include "serve.h"

#include <pthread.h>

static FILE *out;

static void at_end(void) { fputs("the handler ran\n", out); }

void answer(const char *line) { say("%s", line); }

/* The update waits for it. */
static NOINLINE void work(void) {
  char line[16];
  do
    serve_line(line, sizeof(line));
  while (strcmp(line, "go") != 0);
  if (opaque(VERSION) > 0)
    pthread_exit(NULL);
}

int main(int argc, char **argv) {
  out = fopen(argv[argc - 1], "w");
  if (!out || atexit(at_end) != 0)
    return 2;
  fputs("the result is 42\n", out);
  work();
}
