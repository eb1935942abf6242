/*===- elf_file.h - a shared object as bytes ----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads an ELF file that nobody has loaded, and trusts none of it: every table,
// string and offset is checked to lie in the file before it is looked at.  Only
// what the dynamic linker itself would use is read (program headers and dynamic
// section); section headers are ignored.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_ELF_FILE_H
#define DSU_RT_ELF_FILE_H

#include "error.h"

#include <elf.h>

struct dsu_elf {
  const unsigned char *bytes;
  uint64_t size;
  const Elf64_Phdr *phdrs;
  uint32_t phdr_count;
  const Elf64_Dyn *dynamic;
  uint64_t dynamic_count;
  const Elf64_Sym *symbols;
  uint64_t symbol_count;
  uint64_t strings; /* virtual address */
  uint64_t strings_size;
  struct {
    const Elf64_Rela *entries;
    uint64_t count;
  } relocations[2]; /* DT_RELA and DT_JMPREL */
};

/** Checks the file header: ELF, 64 bit, little endian, x86-64, shared. */
bool dsu_elf_identify(const void *bytes, uint64_t size,
                      struct dsu_error *error);

/** Checks and reads the rest; false with the reason if it is damaged. */
bool dsu_elf_read(struct dsu_elf *elf, const void *bytes, uint64_t size,
                  struct dsu_error *error);

/** `size` bytes at a virtual address, present in the file, aligned; or null. */
const void *dsu_elf_at(const struct dsu_elf *elf, uint64_t address,
                       uint64_t size, uint64_t align);

/** The NUL-terminated string at a virtual address, or null. */
const char *dsu_elf_string(const struct dsu_elf *elf, uint64_t address);

/** True if a loaded part with all of these PF_* flags holds these bytes. */
bool dsu_elf_holds(const struct dsu_elf *elf, uint64_t address, uint64_t size,
                   uint32_t flags);

/** A symbol's name; null if it does not lie in the string table. */
const char *dsu_elf_symbol_name(const struct dsu_elf *elf,
                                const Elf64_Sym *symbol);

/** The dynamic symbol that is defined under this name, or null. */
const Elf64_Sym *dsu_elf_find(const struct dsu_elf *elf, const char *name);

/** Value of a dynamic tag; false if there is none. */
bool dsu_elf_tag(const struct dsu_elf *elf, int64_t tag, uint64_t *value);

#endif /* DSU_RT_ELF_FILE_H */
