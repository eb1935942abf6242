// While an update waits, the program's descriptors are its own: it may put one at the
// lowest number, and a child of fork has all of its own and none of the runtime's.
//
// RUN: %dsu-cc -pthread %s -o %t.1 && %dsu-cc -pthread -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask enter' 'start dsuctl apply --timeout=60s $PID %t.so' 'run sh %inputs/next-attempt' \
// RUN:   'ask place' 'run sh %inputs/next-attempt; sh %inputs/next-attempt' 'ask write' 'run sh %inputs/next-attempt' 'ask write' 'ask fork' \
// RUN:   'ask leave' 'join' 'ask write' 'ask value' | FileCheck %s
//
// CHECK:      place: 3
// CHECK:      write: 1
// CHECK:      write: 2
// CHECK-NEXT: fork: 0
// CHECK:      exit 0
// CHECK-NEXT: write: 3
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#define STAYS_ANSWER use_descriptors
static void use_descriptors(const char *line);
#include "stays.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* Whether the first hundred are there. */
static int has_all(void) {
  for (int fd = 0; fd < 100; ++fd)
    if (fcntl(fd, F_GETFD) < 0)
      return 0;
  return 1;
}

/* How many descriptors refer to /proc, but for the one that looks. */
static int count_proc(void) {
  char target[300];
  int count = -1;
  DIR *directory = opendir("/proc/self/fd");
  for (struct dirent *entry; (entry = readdir(directory));) {
    ssize_t size =
        readlinkat(dirfd(directory), entry->d_name, target, sizeof(target));
    count += size > 6 && strncmp(target, "/proc/", 6) == 0;
  }
  closedir(directory);
  return count;
}

static void use_descriptors(const char *line) {
  enum { PLACE = 3 };
  int status = 0;
  if (strcmp(line, "place") == 0) {
    const int file = memfd_create("file", 0);
    say("%d", dup2(file, PLACE));
  } else if (strcmp(line, "write") == 0) {
    const ssize_t written = write(PLACE, "x", 1);
    say("%ld", written == 1 ? (long)lseek(PLACE, 0, SEEK_CUR) : -1);
  } else {
    while (dup(0) < 100) {
    }
    const pid_t child = fork();
    if (child == 0)
      _exit(has_all() ? count_proc() : 255);
    waitpid(child, &status, 0);
    say("%d", WEXITSTATUS(status));
  }
}
