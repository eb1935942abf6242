/*===- points.c - the breakpoints -----------------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The list, one point a line: address in the file (hex) and kind.
//
// A breakpoint is one byte (int3), so writing it while other threads execute
// the code is safe.  A thread passes one by taking it out, single-stepping and
// putting it back; another thread that runs there in between misses a point,
// which is harmless.
//
//===----------------------------------------------------------------------===*/

#include "inject.h"

#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { BREAKPOINT = 0xcc };

static struct point *points;
static size_t count;
static uintptr_t base; /* of the executable */
static _Atomic(bool) inserted;

static void fail(const char *what, const char *path) {
  dprintf(2, "inject: %s %s: %m\n", what, path);
  _exit(97);
}

/* The first object is the executable. */
static int take_base(struct dl_phdr_info *info, size_t size, void *base) {
  (void)size;
  *(uintptr_t *)base = info->dlpi_addr;
  return 1;
}

static void make_writable(void) {
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t from = points[0].address & -page;
  uintptr_t to = (points[count - 1].address & -page) + page;
  if (mprotect((void *)from, to - from, PROT_READ | PROT_WRITE | PROT_EXEC))
    fail("cannot make writable", "the program's code");
}

static int by_address(const void *a, const void *b) {
  const struct point *left = a, *right = b;
  return left->address < right->address ? -1 : left->address > right->address;
}

void points_load(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file)
    fail("cannot read", path);
  dl_iterate_phdr(take_base, &base);
  size_t capacity = 0;
  char line[64], kind;
  unsigned long address;
  while (fgets(line, sizeof line, file)) {
    if (sscanf(line, "%lx %c", &address, &kind) != 2)
      fail("a line that is no point in", path);
    if (count == capacity) {
      capacity = capacity * 2 + 64;
      points = realloc(points, capacity * sizeof *points);
      if (!points)
        fail("no memory for", path);
    }
    points[count++] = (struct point){.address = base + address,
                                     .original = *(uint8_t *)(base + address),
                                     .kind = kind};
  }
  fclose(file);
  if (count == 0)
    fail("no points in", path);
  qsort(points, count, sizeof *points, by_address);
  make_writable();
}

struct point *points_find(uintptr_t address) {
  struct point key = {.address = address};
  return bsearch(&key, points, count, sizeof *points, by_address);
}

static void write_byte(const struct point *point, uint8_t byte) {
  __atomic_store_n((uint8_t *)point->address, byte, __ATOMIC_SEQ_CST);
}

void points_insert(void) {
  inserted = true;
  for (size_t i = 0; i < count; i++)
    write_byte(&points[i], BREAKPOINT);
}

void points_insert_anew(void) {
  make_writable();
  for (size_t i = 0; i < count; i++)
    points[i].original = *(const uint8_t *)points[i].address;
  points_insert();
}

void points_remove(void) {
  inserted = false;
  for (size_t i = 0; i < count; i++)
    write_byte(&points[i], points[i].original);
}

bool points_inserted(void) { return inserted; }

uintptr_t points_in_file(uintptr_t address) { return address - base; }

bool points_surround(uintptr_t address) {
  return address >= points[0].address && address <= points[count - 1].address;
}

void point_lift(const struct point *point) {
  write_byte(point, point->original);
}

void point_lower(const struct point *point) {
  if (inserted)
    write_byte(point, BREAKPOINT);
}
