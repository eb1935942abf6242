// The agent's descriptors are not in the program's table.  A program that closes what
// it does not know, counts on the lowest free number and puts files at numbers that
// it takes for free, all the time in several threads, never meets another's file, and
// its own are never closed or written to, in hundreds of requests.
//
// RUN: %dsu-cc %s -o %t.1 -pthread && %dsu-cc -DV2 %s -o %t.2 -pthread
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask numbers' 'run for i in $(seq 150); do \
// RUN:   dsuctl apply $PID %t.so >/dev/null && dsuctl revert $PID >/dev/null || exit; done; echo all' \
// RUN:   'ask value' 'apply %t.so' 'ask value' 'ask numbers' 'ask wrong' | FileCheck %s
//
// CHECK:      numbers: [[NUMBERS:.*]]
// CHECK-NEXT: all
// CHECK-NEXT: value: 1
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: numbers: [[NUMBERS]]
// CHECK-NEXT: wrong: 0
// CHECK-NEXT: serving
#include "serve.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { OWN = 3, PLACED = 4, LOWEST = 5, FIRST_UNKNOWN = 6, NUMBERS = 64 };
static atomic_int wrong;
static dev_t device; /* of its files; none of the runtime's are there */
static ino_t inode;

static NOINLINE int value(void) { return opaque(VERSION); }

static int is_ours(int fd) {
  struct stat status;
  return fstat(fd, &status) == 0 && status.st_dev == device &&
         status.st_ino == inode;
}

/* One thread opens and closes, so nothing of its own disturbs the numbers. */
static void *use_numbers(void *unused) {
  for (int round = 0;; ++round) {
    const int place = FIRST_UNKNOWN + round % NUMBERS;
    wrong += dup(OWN) != LOWEST || !is_ours(LOWEST) || close(LOWEST) != 0;
    wrong += dup2(OWN, place) != place || !is_ours(place) || close(place) != 0;
    wrong += dup2(OWN, PLACED) != PLACED || !is_ours(PLACED);
    closefrom(FIRST_UNKNOWN);
  }
  return unused;
}

static void *look_at_own(void *unused) {
  for (;;) {
    wrong += !is_ours(OWN) || lseek(OWN, 0, SEEK_CUR) != 1;
    wrong += !is_ours(PLACED);
  }
  return unused;
}

void answer(const char *line) {
  if (strcmp(line, "wrong") == 0)
    say("%d", wrong);
  else if (strcmp(line, "numbers") == 0)
    say("%d %d", is_ours(OWN), is_ours(PLACED));
  else
    say("%d", value());
}

int main(void) {
  pthread_t threads[2];
  struct stat status;
  const int file = memfd_create("own", MFD_CLOEXEC);
  if (file != OWN || write(file, "x", 1) != 1 || dup2(file, PLACED) != PLACED ||
      fstat(file, &status) != 0)
    return 2;
  device = status.st_dev;
  inode = status.st_ino;
  pthread_create(&threads[0], NULL, use_numbers, NULL);
  pthread_create(&threads[1], NULL, look_at_own, NULL);
  return serve();
}
