// A message queue forgets its notification when any thread of the process closes it, and
// be it a copy that the kernel makes for the runtime's thread.  While there is one, the
// program is not updated; its message arrives, and after that it is.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask register' 'apply --timeout=300ms %t.so' 'ask send' 'apply %t.so' 'ask value' | FileCheck %s
//
// CHECK:      register: 0
// CHECK-NEXT: the process does not answer: its agent was not started in time
// CHECK:      What to do: {{.*}}message queue
// CHECK:      exit 6
// CHECK-NEXT: send: notified 1
// CHECK-NEXT: applied
// CHECK:      exit 0
// CHECK-NEXT: value: 2
// CHECK-NEXT: serving
#include "serve.h"

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>

static NOINLINE int value(void) { return opaque(VERSION); }

static mqd_t queue;
static volatile sig_atomic_t notified;

static void count(int number) { notified += number == SIGUSR1; }

static int make_queue(void) {
  struct mq_attr attributes = {.mq_maxmsg = 4, .mq_msgsize = 16};
  struct sigevent event = {.sigev_notify = SIGEV_SIGNAL,
                           .sigev_signo = SIGUSR1};
  char name[64];
  snprintf(name, sizeof(name), "/dsu-test-%d", (int)getpid());
  signal(SIGUSR1, count);
  queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attributes);
  mq_unlink(name);
  return queue < 0 ? -1 : mq_notify(queue, &event);
}

void answer(const char *line) {
  if (strcmp(line, "register") == 0) {
    say("%d", make_queue());
  } else if (strcmp(line, "send") == 0) {
    mq_send(queue, "x", 1, 0); /* the signal comes before it returns */
    say("notified %d", (int)notified);
  } else {
    say("%d", value());
  }
}

int main(void) { return serve(); }
