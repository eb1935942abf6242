// setuid signals all threads that libc knows of and waits until each has answered.
// Where a sanitizer wants to know all threads, libc knows of the one that serves a
// request: it answers, although the signal was blocked where the request came.
//
// REQUIRES: root
// RUN: %dsu-cc %s -o %t.1 -pthread -fsanitize=address && %dsu-cc -DV2 %s -o %t.2 -pthread -fsanitize=address
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'start dsuctl apply --timeout=2s $PID %t.so' 'ask agent' 'ask setuid' 'join' | FileCheck %s
//
// CHECK:      agent: open
// CHECK-NEXT: setuid: done
// CHECK-NEXT: a function that the patch changes is on a stack
// CHECK:      serving
#include "serve.h"

#include <dirent.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>

static const uint64_t setxid_bit = 1ull << (33 - 1); /* libc's own signal */
static sem_t asked;

/* What the kernel says of a thread; 1 if it is the agent and blocks the signal,
   0 if it does not, -1 if it is another thread. */
static int judge(const char *tid) {
  char path[300], line[256];
  int agent = 0, blocks = 0;
  snprintf(path, sizeof(path), "/proc/self/task/%s/status", tid);
  FILE *file = fopen(path, "r");
  while (file && fgets(line, sizeof(line), file)) {
    agent |= strcmp(line, "Name:\tdsu-agent\n") == 0;
    if (strncmp(line, "SigBlk:", 7) == 0)
      blocks = (strtoull(line + 7, NULL, 16) & setxid_bit) != 0;
  }
  if (file)
    fclose(file);
  return agent ? blocks : -1;
}

static int find_agent(void) {
  int found = -1;
  DIR *directory = opendir("/proc/self/task");
  for (struct dirent *entry; found < 0 && (entry = readdir(directory));)
    found = judge(entry->d_name);
  closedir(directory);
  return found;
}

void answer(const char *line) {
  int found;
  if (strcmp(line, "agent") == 0) {
    while ((found = find_agent()) < 0)
      usleep(1000);
    sem_post(&asked);
    say(found ? "blocked" : "open");
  } else {
    say(seteuid(geteuid()) == 0 ? "done" : "failed");
  }
}

static void *serve_lines(void *unused) {
  serve();
  _exit(0);
}

static NOINLINE void change_mask(int how) {
  syscall(SYS_rt_sigprocmask, how, &setxid_bit, NULL, sizeof(setxid_bit));
}

/* The first thread, which dsuctl calls, is where libc has the signal blocked. */
static NOINLINE int wait_until_asked(void) {
  change_mask(SIG_BLOCK);
  sem_wait(&asked);
  change_mask(SIG_UNBLOCK);
  while (opaque(VERSION))
    pause();
  return 0;
}

int main(void) {
  pthread_t server;
  pthread_create(&server, NULL, serve_lines, NULL);
  return wait_until_asked();
}
