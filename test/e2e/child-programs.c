// An updated program starts others in the usual ways; they see nothing of the
// runtime: no blocked signal, no open descriptor, no environment of its own.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask system' 'apply %t.so' 'ask system' 'ask popen' 'ask spawn' 'ask vfork' 'ask system' | FileCheck %s
//
// CHECK:      system: [[STATE:.*]]
// CHECK:      exit 0
// CHECK-NEXT: system: [[STATE]]
// CHECK-NEXT: popen: [[STATE]]
// CHECK-NEXT: spawn: [[STATE]]
// CHECK-NEXT: vfork: [[STATE]]
// CHECK-NEXT: system: [[STATE]]
// CHECK-NEXT: serving
#include "serve.h"
#include <spawn.h>
#include <sys/wait.h>

static const char script[] =
    "echo $(grep SigBlk /proc/self/status) $(ls /proc/self/fd) "
    "$(env | grep -c -i ^dsu)";

static char *arguments[] = {"sh", "-c", (char *)script, NULL};

static NOINLINE int other(void) { return opaque(VERSION); }

static NOINLINE void run(const char *how) {
  pid_t child = 0;
  char text[256];
  if (strcmp(how, "system") == 0) {
    if (system(script) != 0)
      exit(3);
  } else if (strcmp(how, "popen") == 0) {
    FILE *pipe = popen(script, "r");
    if (fgets(text, sizeof(text), pipe))
      say("%.*s", (int)strcspn(text, "\n"), text);
    pclose(pipe);
  } else if (strcmp(how, "spawn") == 0) {
    posix_spawn(&child, "/bin/sh", NULL, NULL, arguments, environ);
  } else {
    child = vfork();
    if (child == 0) {
      execv("/bin/sh", arguments);
      _exit(3);
    }
  }
  if (child)
    waitpid(child, NULL, 0);
}

void answer(const char *line) {
  if (other())
    run(line);
}

int main(void) { return serve(); }
