// Threads are never held while they own the dynamic loader's lock, which
// unwinding needs: a thread that walks the list of loaded objects all the time,
// and one that loads and unloads one, let every update happen.
//
// RUN: %rt-cc %s -o %t && %t | FileCheck %s

#include "disturb.h"

#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

enum { WANTED = 300 };

static _Atomic(int) leave, walks, loads;

static int look(struct dl_phdr_info *info, size_t size, void *unused) {
  (void)info;
  (void)size;
  (void)unused;
  for (volatile int i = 0; i < 2000; i++)
    ;
  return 0;
}

static void *walk(void *unused) {
  for (; !atomic_load(&leave); atomic_fetch_add(&walks, 1))
    dl_iterate_phdr(look, NULL);
  return unused;
}

static void *load(void *unused) {
  for (; !atomic_load(&leave); atomic_fetch_add(&loads, 1)) {
    void *handle = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
    if (handle)
      dlclose(handle);
  }
  return unused;
}

int main(void) {
  alarm(60); /* instead of a deadlock */
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, walk, NULL);
  pthread_create(&threads[1], NULL, load, NULL);
  pthread_t disturber = disturb_start();
  while (atomic_load(&disturb_count) < WANTED || atomic_load(&walks) < WANTED ||
         atomic_load(&loads) < WANTED)
    usleep(1000);
  atomic_store(&leave, 1);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  // CHECK: updated
  printf("%s\n", disturb_stop(disturber) >= WANTED ? "updated" : "too rarely");
  return 0;
}
