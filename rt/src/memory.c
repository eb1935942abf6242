/*===- memory.c - memory that does not come from malloc -----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See memory.h.
//
//===----------------------------------------------------------------------===*/

#include "memory.h"

#include "fork.h"
#include "sys.h"

#include <errno.h>
#include <link.h>
#include <linux/futex.h>
#include <sys/mman.h>

#include "posix.h" /* last: it takes names over */

void *dsu_map(size_t size) {
  int saved = errno;
  void *address = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  errno = saved;
  return address == MAP_FAILED ? NULL : address;
}

void dsu_unmap(void *address, size_t size) {
  if (address)
    munmap(address, size);
}

bool dsu_in_ranges(const struct dsu_range *ranges, unsigned count,
                   uintptr_t address, size_t size) {
  for (unsigned i = 0; i < count; ++i)
    if (address >= ranges[i].begin && address < ranges[i].end &&
        size <= ranges[i].end - address)
      return true;
  return false;
}

struct object_query {
  uintptr_t address;
  bool writable;
  struct dsu_range *ranges;
  unsigned capacity, count;
};

static void add_range(struct object_query *query, uintptr_t begin,
                      uintptr_t end) {
  if (begin < end && query->count < query->capacity)
    query->ranges[query->count++] = (struct dsu_range){begin, end};
}

static int visit_object(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  struct object_query *query = context;
  struct dsu_range relro = {0, 0};
  bool here = false;
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + header->p_vaddr;
    if (header->p_type == PT_LOAD && query->address >= begin &&
        query->address - begin < header->p_memsz)
      here = true;
    if (header->p_type == PT_GNU_RELRO)
      relro = (struct dsu_range){begin, begin + header->p_memsz};
  }
  if (!here)
    return 0;
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    if (header->p_type != PT_LOAD || !(header->p_flags & PF_R))
      continue;
    uintptr_t begin = info->dlpi_addr + header->p_vaddr;
    uintptr_t end = begin + header->p_memsz;
    if (!(header->p_flags & PF_W)) {
      if (!query->writable)
        add_range(query, begin, end);
      continue;
    }
    /* What is made read-only after relocation splits a writable part. */
    uintptr_t low = relro.begin < begin ? begin : relro.begin;
    uintptr_t high = relro.end > end ? end : relro.end;
    if (low >= high)
      low = high = begin;
    if (query->writable) {
      add_range(query, begin, low);
      add_range(query, high, end);
    } else {
      add_range(query, low, high);
    }
  }
  return 1;
}

unsigned dsu_object_ranges(const void *address, bool writable,
                           struct dsu_range *ranges, unsigned capacity) {
  struct object_query query = {(uintptr_t)address, writable, ranges, capacity,
                               0};
  dsu_fork_lock(); /* a child inherits the dynamic linker's lock */
  dl_iterate_phdr(visit_object, &query);
  dsu_fork_unlock();
  return query.count;
}

bool dsu_fault_in(void *address) {
  static uint32_t own;
  enum { WORD = 4, OR_NOTHING = FUTEX_OP(FUTEX_OP_OR, 0, FUTEX_OP_CMP_EQ, 0) };
  const uintptr_t word = (uintptr_t)address & -(uintptr_t)WORD;
  /* The kernel does it by a locked instruction, and nobody is waked. */
  const long result = dsu_sys6(SYS_futex, (long)&own, FUTEX_WAKE_OP_PRIVATE, 0,
                               0, (long)word, OR_NOTHING);
  return result != -EFAULT;
}
