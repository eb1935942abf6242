// An allocator that keeps something per thread, and in a child of fork puts away what
// belonged to threads that the child does not have.  The thread that serves requests
// in the child is none of those, even if one has served in the parent.
//
// RUN: %dsu-cc %s -o %t.1 -pthread && %dsu-cc -DV2 %s -o %t.2 -pthread && %dsu-cc -DV3 %s -o %t.3 -pthread
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.fix.so && dsu-diff %t.1.dsu.bc %t.3.dsu.bc -o %t.other.so
// RUN: %drive %t.1 'ask thread' 'apply %t.fix.so' 'revert' 'pid fork' 'apply %t.other.so' \
// RUN:   'run kill $PID && echo it lived' | FileCheck %s
//
// CHECK:      thread: 1
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK:      exit 0
// CHECK-NEXT: it lived
// CHECK-NEXT: serving
#define BUMP_PROTECTION PROT_READ | PROT_WRITE
#define BUMP_OWN_ANSWER
#include "bump.h"

static struct cache {
  struct cache *next;
  int uses;
} *all;
static __thread struct cache *mine;
static char started;

static void bump_prepare(void) {}

static void bump_look(size_t size) {
  if (!started)
    return;
  if (!mine) {
    mine = mmap(NULL, sizeof(*mine), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    do
      mine->next = __atomic_load_n(&all, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(&all, &mine->next, mine, 0,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED));
  }
  ++mine->uses;
}

static void put_away(void) {
  for (struct cache *next, *cache = all; cache; cache = next) {
    next = cache->next;
    if (cache != mine)
      munmap(cache, sizeof(*cache));
  }
  all = mine;
}

void answer(const char *line) {
  if (strcmp(line, "fork") != 0) {
    bump_answer(line);
    return;
  }
  const pid_t child = fork();
  if (child == 0)
    wait_for_ever(NULL);
  say("%d", child);
}

__attribute__((constructor)) static void start(void) {
  started = 1;
  pthread_atfork(NULL, NULL, put_away);
}
