// A request that comes to a child of vfork starts no agent there: it would work
// on the parent's memory and know none of its threads.  Nor does the parent take it
// for its own.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "agent.h"

#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile pid_t child;

static int threads(void) {
  int count = 0;
  DIR *tasks = opendir("/proc/self/task");
  for (struct dirent *task; (task = readdir(tasks));)
    count += task->d_name[0] != '.';
  closedir(tasks);
  return count;
}

static void *request(void *unused) {
  while (!child)
    usleep(1000);
  sigqueue(child, SIGRTMAX - 3, (union sigval){.sival_int = 4711});
  return unused;
}

int main(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, request, NULL);
  pid_t pid = vfork();
  if (pid == 0) {
    child = getpid();
    poll(NULL, 0, 300);
    poll(NULL, 0, 1);
    _exit(threads());
  }
  int status = 0;
  waitpid(pid, &status, 0);
  pthread_join(thread, NULL);
  // CHECK: threads in the child: 1
  printf("threads in the child: %d\n",
         WIFEXITED(status) ? WEXITSTATUS(status) : -1);
  // CHECK-NEXT: wanted in the parent: 0
  printf("wanted in the parent: %d\n", dsu_agent_wanted());
  return 0;
}
