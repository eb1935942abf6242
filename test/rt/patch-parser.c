// The reader of patch files, under AddressSanitizer and UBSan, takes any bytes:
// every byte of a good patch is changed in turn to several values, with the
// hash made right again, and thousands of files have several fields changed at
// random.
//
// RUN: %patch-cc -Wl,-z,norelro -Wl,-s %inputs/fix.c -o %t.fix.so
// RUN: %clang -std=gnu11 -D_GNU_SOURCE -O1 -g -I%source/rt/include \
// RUN:   -I%source/rt/src -fsanitize=address,undefined \
// RUN:   -fno-sanitize-recover=all %s %source/rt/src/patch_file.c \
// RUN:   %source/rt/src/elf_file.c %source/rt/src/sha256.c \
// RUN:   %source/rt/src/error.c -o %t
// RUN: %t %t.fix.so | FileCheck %s

#include "patch_file.h"
#include "sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char *file;
static size_t size; /* with the trailer */
static unsigned accepted, refused;

static bool count_import(const struct dsu_import *import, void *context) {
  *(size_t *)context += strlen(import->identity);
  return true;
}

/* Reads it and, if it passes, everything that the loader would look at. */
static void try(void) {
  size_t covered = size - DSU_TRAILER_SIZE, sum = 0;
  dsu_sha256(file, covered, file + size - DSU_ID_SIZE);
  struct dsu_patch_file patch;
  struct dsu_error error = {DSU_OK, ""};
  if (!dsu_patch_file_read(&patch, file, size, &error)) {
    if (error.reason == DSU_OK)
      abort();
    ++refused;
    return;
  }
  ++accepted;
  dsu_patch_file_imports(&patch, count_import, &sum);
  for (uint32_t i = 0; i < patch.image->func_count; ++i)
    sum += strlen(dsu_patch_file_func_name(&patch, i));
  if (sum == 1)
    puts("");
}

int main(int argc, char **argv) {
  FILE *input = fopen(argv[argc - 1], "rb");
  static unsigned char original[1 << 20];
  size_t content = fread(original, 1, sizeof(original), input);
  fclose(input);
  size = content + DSU_TRAILER_SIZE;
  file = malloc(size); /* exactly, so that a byte more is noticed */
  memcpy(file, original, content);
  memcpy(file + content, DSU_TRAILER_MAGIC, sizeof(DSU_TRAILER_MAGIC) - 1);
  try();
  // CHECK: as it is: 1 accepted
  printf("as it is: %u accepted\n", accepted);

  static const unsigned char values[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
  /* The first and the last pages hold all headers and tables. */
  for (size_t at = 0; at < content; at += 1 + (original[at] == 0 && at % 3))
    for (size_t v = 0; v < sizeof(values); v += 1 + at % 4) {
      file[at] = values[v];
      try();
      file[at] = original[at];
    }
  srand(1);
  for (int round = 0; round < 10000; ++round) {
    size_t places[6];
    int count = 1 + rand() % 6;
    for (int i = 0; i < count; ++i) {
      static const uint32_t words[] = {
          0, 1, 8, 0x7fffffff, 0x80000000, 0xffffffff, 0x1000, 0xfffffff8};
      places[i] = (size_t)rand() % (content / 4) * 4;
      uint32_t word = rand() % 3 ? words[rand() % 8] : (uint32_t)rand() % 65536;
      memcpy(file + places[i], &word, 4);
    }
    try();
    for (int i = 0; i < count; ++i)
      memcpy(file + places[i], original + places[i], 4);
  }
  // CHECK-NEXT: survived; some were refused 1, some were not 1
  printf("survived; some were refused %d, some were not %d\n", refused > 1000,
         accepted > 1000);
  free(file);
  return 0;
}
