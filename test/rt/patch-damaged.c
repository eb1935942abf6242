// A patch that was cut off anywhere, or in which a bit is wrong anywhere, is
// refused before anything of it is mapped; so is one that is not sealed.
//
// RUN: %patch-cc -Wl,-z,norelro %inputs/fix.c -o %t.fix.so
// RUN: %seal %t.fix.so
// RUN: %base-cc -DNO_MAIN %s %inputs/server.c -o %t
// RUN: %t %t.fix.so | FileCheck %s

#include "loader.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static char original[1 << 20];
static size_t original_size;

static enum dsu_reason load(const char *bytes, size_t size, bool sealed) {
  int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (write(fd, bytes, size) != (ssize_t)size)
    abort();
  if (sealed)
    fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK);
  struct dsu_error error = {DSU_OK, ""};
  struct dsu_patch *patch = dsu_patch_load(fd, "test", &error);
  if ((patch != NULL) != (error.reason == DSU_OK))
    abort();
  dsu_patch_unload(patch);
  return error.reason;
}

static unsigned counts[DSU_REASON_COUNT];

static void show(const char *what) {
  printf("%s:", what);
  for (int i = 0; i < DSU_REASON_COUNT; ++i)
    if (counts[i])
      printf(" %s", dsu_reason_name((unsigned)i));
  puts("");
  memset(counts, 0, sizeof(counts));
}

static unsigned mappings(void) {
  unsigned lines = 0;
  FILE *maps = fopen("/proc/self/maps", "r");
  for (int c; (c = getc(maps)) != EOF;)
    lines += c == '\n';
  fclose(maps);
  return lines;
}

static void *run(void *unused) {
  static char copy[sizeof(original)];
  ++counts[load(original, original_size, true)];
  unsigned before = mappings();
  // CHECK: whole: DSU_OK
  show("whole");
  ++counts[load(original, original_size, false)];
  // CHECK-NEXT: not sealed: DSU_E_REQUEST
  show("not sealed");
  for (size_t size = 97; size < original_size; size += 97)
    ++counts[load(original, size, true)];
  // CHECK-NEXT: cut off: DSU_E_PATCH_CORRUPT{{$}}
  show("cut off");
  ++counts[load(original, 0, true)];
  // CHECK-NEXT: empty: DSU_E_PATCH_EMPTY
  show("empty");
  ++counts[load(original, 2, true)];
  // CHECK-NEXT: two bytes: DSU_E_PATCH_NOT_ELF
  show("two bytes");
  for (size_t at = 0; at < original_size - DSU_TRAILER_SIZE; at += 97) {
    memcpy(copy, original, original_size);
    copy[at] ^= (char)(1 << at % 8);
    ++counts[load(copy, original_size, true)];
  }
  // CHECK-NEXT: wrong bit: DSU_E_PATCH_CORRUPT{{$}}
  show("wrong bit");
  for (size_t at = 1; at <= DSU_TRAILER_SIZE; ++at) {
    memcpy(copy, original, original_size);
    copy[original_size - at] ^= 1;
    ++counts[load(copy, original_size, true)];
  }
  // CHECK-NEXT: wrong hash: DSU_E_PATCH_CORRUPT{{$}}
  show("wrong hash");
  // CHECK-NEXT: mappings as before: 1
  printf("mappings as before: %d\n", mappings() == before);
  return unused;
}

int main(int argc, char **argv) {
  FILE *file = fopen(argv[argc - 1], "rb");
  original_size = fread(original, 1, sizeof(original), file);
  fclose(file);
  // Loading is the agent's: a thread that libc made.
  pthread_t thread;
  pthread_create(&thread, NULL, run, NULL);
  pthread_join(thread, NULL);
  return 0;
}
