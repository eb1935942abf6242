/*===- segment.c - where the code of ELF objects is mapped ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "segment.h"

#include "fork.h"

#include <link.h>
#include <sys/mman.h>

struct search {
  uintptr_t code;
  struct dsu_segment *found;
};

static int look_in(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  const struct search *search = context;
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    const uintptr_t begin = info->dlpi_addr + header->p_vaddr;
    if (header->p_type != PT_LOAD || !(header->p_flags & PF_X) ||
        search->code < begin || search->code - begin >= header->p_memsz)
      continue;
    *search->found = (struct dsu_segment){
        .begin = begin,
        .end = begin + header->p_memsz,
        .protection = PROT_EXEC | (header->p_flags & PF_R ? PROT_READ : 0) |
                      (header->p_flags & PF_W ? PROT_WRITE : 0)};
    return 1;
  }
  return 0;
}

bool dsu_segment_of(uintptr_t code, struct dsu_segment *segment) {
  struct search search = {code, segment};
  dsu_fork_lock(); /* a child inherits the dynamic linker's lock */
  bool found = dl_iterate_phdr(look_in, &search) != 0;
  dsu_fork_unlock();
  return found;
}
