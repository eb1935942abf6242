// A process may fork while an updater holds and releases its threads: every
// child works, makes blocking calls, and can be stopped itself.  The fork has to
// fall into the few microseconds between an attempt's begin and its signal to do
// harm, so most children only do what would then be wrong.  (G1, G7)
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "disturb.h"
#include "stopper.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHILDREN = 1500 };

static int child(bool thoroughly) {
  for (int i = 0; i < 3 && thoroughly; i++)
    if (poll(NULL, 0, 1) != 0)
      return 1;
  struct stopper stopper = stopper_run(NULL, 0, 2000);
  return stopper.commits == 1 ? 0 : 2;
}

int main(void) {
  pthread_t disturber = disturb_start();
  unsigned good = 0;
  for (int i = 0; i < CHILDREN; i++) {
    pid_t pid = fork();
    if (pid == 0)
      _exit(child(i % 10 == 0));
    int status;
    if (waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
        WEXITSTATUS(status) == 0)
      good++;
  }
  unsigned long commits = disturb_stop(disturber);
  // CHECK: 1500 of 1500 children worked, commits in the parent: many
  printf("%u of %d children worked, commits in the parent: %s\n", good,
         CHILDREN, commits > 20 ? "many" : "too few");
  return 0;
}
