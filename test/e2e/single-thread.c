// A program with one thread keeps one until the first request, and has one again
// after each: no helper thread stays behind.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask threads' 'apply %t.so' 'run %python %inputs/settled.py $PID' 'ask threads' 'revert' 'run %python %inputs/settled.py $PID' 'ask threads' | FileCheck %s
//
// CHECK:      threads: 1 v1
// CHECK:      exit 0
// CHECK-NEXT: settled
// CHECK-NEXT: threads: 1 v2
// CHECK:      exit 0
// CHECK-NEXT: settled
// CHECK-NEXT: threads: 1 v1
// CHECK-NEXT: serving
#include "serve.h"
#include <dirent.h>

static NOINLINE int threads(void) {
  DIR *tasks = opendir("/proc/self/task");
  int count = 0;
  for (struct dirent *entry; (entry = readdir(tasks));)
    count += entry->d_name[0] != '.';
  closedir(tasks);
  return count;
}

#ifdef V2
#define VERSION 2
#else
#define VERSION 1
#endif

void answer(const char *line) { say("%d v%d", threads(), VERSION); }

int main(void) { return serve(); }
