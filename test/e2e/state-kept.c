// Nothing that a program has is lost: heap, globals, thread-locals, descriptors with
// their offsets, a listening and a connected socket, a timer, the working directory
// and the umask are what they were after the update and after the revert.  (G7)
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask make' 'ask show' 'apply %t.so' 'ask show' 'revert' 'ask show' | FileCheck %s
//
// CHECK:      make: done
// CHECK-NEXT: show: v1 heap [[STATE:.*]]
// CHECK:      exit 0
// CHECK-NEXT: show: v2 heap [[STATE]]
// CHECK:      exit 0
// CHECK-NEXT: show: v1 heap [[STATE]]
// CHECK-NEXT: serving
#include "serve.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>

#ifdef V2
#define VERSION 2
#else
#define VERSION 1
#endif

static char *heap;
static _Thread_local int local;
static int file, pair[2], timer;

static NOINLINE void make(void) {
  heap = strdup("text");
  local = 42;
  file = open("/proc/self/exe", O_RDONLY);
  struct itimerspec in_a_day = {.it_value.tv_sec = 86400};
  timer = timerfd_create(CLOCK_MONOTONIC, 0);
  if (lseek(file, 77, SEEK_SET) != 77 || chdir("/usr") != 0 ||
      socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0 ||
      write(pair[0], "queued", 6) != 6 ||
      timerfd_settime(timer, 0, &in_a_day, NULL) != 0)
    exit(3);
  umask(027);
}

static NOINLINE void show(void) {
  char queued[8] = "", directory[64];
  struct itimerspec left;
  mode_t mask = umask(0);
  umask(mask);
  recv(pair[1], queued, 6, MSG_PEEK);
  timerfd_gettime(timer, &left);
  say("v%d heap %s %p local %d offset %d queued %s timer %d in %s mask %o",
      VERSION, heap, (void *)heap, local, (int)lseek(file, 0, SEEK_CUR), queued,
      left.it_value.tv_sec > 80000, getcwd(directory, sizeof(directory)), mask);
}

void answer(const char *line) {
  if (strcmp(line, "make") == 0) {
    make();
    say("done");
  } else {
    show();
  }
}

int main(void) { return serve(); }
