/*===- elf_file.c - a shared object as bytes ----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See elf_file.h.
//
//===----------------------------------------------------------------------===*/

#include "elf_file.h"

#include <string.h>

enum { PAGE = 4096 };

bool dsu_elf_identify(const void *bytes, uint64_t size,
                      struct dsu_error *error) {
  const Elf64_Ehdr *header = bytes;
  if (size == 0)
    return dsu_fail(error, DSU_E_PATCH_EMPTY, "it has no bytes");
  if (size < SELFMAG || memcmp(bytes, ELFMAG, SELFMAG) != 0)
    return dsu_fail(error, DSU_E_PATCH_NOT_ELF,
                    "it does not begin as one does");
  if (size < sizeof(*header))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "it ends after %llu bytes, within the file header",
                    (unsigned long long)size);
  if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_ident[EI_DATA] != ELFDATA2LSB || header->e_machine != EM_X86_64)
    return dsu_fail(error, DSU_E_PATCH_ARCH,
                    "ELF class %u, byte order %u, machine %u; expected 64-bit "
                    "little-endian x86-64 (machine %d)",
                    header->e_ident[EI_CLASS], header->e_ident[EI_DATA],
                    header->e_machine, EM_X86_64);
  if (header->e_type != ET_DYN)
    return dsu_fail(error, DSU_E_PATCH_NOT_DSU,
                    "ELF type %u is no shared object", header->e_type);
  return true;
}

static bool corrupt(struct dsu_error *error, const char *what) {
  return dsu_fail(error, DSU_E_PATCH_CORRUPT, "%s", what);
}

static bool in_file(const struct dsu_elf *elf, uint64_t offset, uint64_t size) {
  return offset <= elf->size && size <= elf->size - offset;
}

static bool read_program_headers(struct dsu_elf *elf, struct dsu_error *error) {
  const Elf64_Ehdr *header = (const Elf64_Ehdr *)elf->bytes;
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
      header->e_phoff % _Alignof(Elf64_Phdr) != 0 ||
      !in_file(elf, header->e_phoff,
               (uint64_t)header->e_phnum * sizeof(Elf64_Phdr)))
    return corrupt(error, "the program headers do not lie in the file");
  elf->phdrs = (const Elf64_Phdr *)(elf->bytes + header->e_phoff);
  elf->phdr_count = header->e_phnum;
  uint64_t end = 0;
  bool any = false;
  for (uint32_t i = 0; i < elf->phdr_count; ++i) {
    const Elf64_Phdr *part = &elf->phdrs[i];
    if (part->p_type != PT_LOAD)
      continue;
    if (!in_file(elf, part->p_offset, part->p_filesz) ||
        part->p_filesz > part->p_memsz)
      return corrupt(error, "a loaded part does not lie in the file");
    if (part->p_vaddr < end || part->p_vaddr % PAGE != part->p_offset % PAGE ||
        part->p_memsz > UINT32_MAX || part->p_vaddr > UINT32_MAX)
      return corrupt(error, "a loaded part has an impossible address");
    end = part->p_vaddr + part->p_memsz;
    any = true;
  }
  return any || corrupt(error, "nothing of it is loaded");
}

const void *dsu_elf_at(const struct dsu_elf *elf, uint64_t address,
                       uint64_t size, uint64_t align) {
  if (address % align != 0)
    return NULL;
  for (uint32_t i = 0; i < elf->phdr_count; ++i) {
    const Elf64_Phdr *part = &elf->phdrs[i];
    if (part->p_type == PT_LOAD && address >= part->p_vaddr &&
        address - part->p_vaddr <= part->p_filesz &&
        size <= part->p_filesz - (address - part->p_vaddr))
      return elf->bytes + part->p_offset + (address - part->p_vaddr);
  }
  return NULL;
}

bool dsu_elf_holds(const struct dsu_elf *elf, uint64_t address, uint64_t size,
                   uint32_t flags) {
  for (uint32_t i = 0; i < elf->phdr_count; ++i) {
    const Elf64_Phdr *part = &elf->phdrs[i];
    if (part->p_type == PT_LOAD && (part->p_flags & flags) == flags &&
        address >= part->p_vaddr && address - part->p_vaddr < part->p_memsz &&
        size <= part->p_memsz - (address - part->p_vaddr))
      return true;
  }
  return false;
}

const char *dsu_elf_string(const struct dsu_elf *elf, uint64_t address) {
  for (uint32_t i = 0; i < elf->phdr_count; ++i) {
    const Elf64_Phdr *part = &elf->phdrs[i];
    if (part->p_type != PT_LOAD || address < part->p_vaddr ||
        address - part->p_vaddr >= part->p_filesz)
      continue;
    uint64_t skipped = address - part->p_vaddr;
    const char *text = (const char *)elf->bytes + part->p_offset + skipped;
    return memchr(text, 0, part->p_filesz - skipped) ? text : NULL;
  }
  return NULL;
}

bool dsu_elf_tag(const struct dsu_elf *elf, int64_t tag, uint64_t *value) {
  for (uint64_t i = 0; i < elf->dynamic_count; ++i)
    if (elf->dynamic[i].d_tag == tag) {
      *value = elf->dynamic[i].d_un.d_val;
      return true;
    }
  return false;
}

static bool read_dynamic(struct dsu_elf *elf, struct dsu_error *error) {
  for (uint32_t i = 0; i < elf->phdr_count; ++i) {
    const Elf64_Phdr *part = &elf->phdrs[i];
    if (part->p_type != PT_DYNAMIC)
      continue;
    elf->dynamic = dsu_elf_at(elf, part->p_vaddr, part->p_filesz, 8);
    elf->dynamic_count = part->p_filesz / sizeof(Elf64_Dyn);
  }
  if (!elf->dynamic)
    return corrupt(error, "there is no dynamic section in what is loaded");
  for (uint64_t i = 0; i < elf->dynamic_count; ++i)
    if (elf->dynamic[i].d_tag == DT_NULL) {
      elf->dynamic_count = i;
      return true;
    }
  return corrupt(error, "the dynamic section has no end");
}

/** Number of symbols by DT_GNU_HASH: one more than the last in a chain. */
static bool count_by_gnu_hash(struct dsu_elf *elf, uint64_t table) {
  const uint32_t *header = dsu_elf_at(elf, table, 16, 4);
  if (!header)
    return false;
  uint32_t bucket_count = header[0], first = header[1], filter = header[2];
  uint64_t buckets_at = table + 16 + 8 * (uint64_t)filter;
  const uint32_t *buckets =
      dsu_elf_at(elf, buckets_at, 4 * (uint64_t)bucket_count, 4);
  if (!buckets)
    return false;
  uint32_t last = 0;
  for (uint32_t i = 0; i < bucket_count; ++i)
    if (buckets[i] > last)
      last = buckets[i];
  if (last < first) { /* nothing is defined */
    elf->symbol_count = first;
    return true;
  }
  uint64_t chains_at = buckets_at + 4 * (uint64_t)bucket_count;
  for (uint64_t i = last;; ++i) {
    const uint32_t *chain = dsu_elf_at(elf, chains_at + 4 * (i - first), 4, 4);
    if (!chain)
      return false;
    if (*chain & 1) {
      elf->symbol_count = i + 1;
      return true;
    }
  }
}

static bool read_symbols(struct dsu_elf *elf, struct dsu_error *error) {
  uint64_t symbols, entry, hash;
  if (!dsu_elf_tag(elf, DT_SYMTAB, &symbols) ||
      !dsu_elf_tag(elf, DT_STRTAB, &elf->strings) ||
      !dsu_elf_tag(elf, DT_STRSZ, &elf->strings_size) ||
      !dsu_elf_tag(elf, DT_SYMENT, &entry) || entry != sizeof(Elf64_Sym))
    return corrupt(error, "the dynamic section lacks the symbol table");
  if (dsu_elf_tag(elf, DT_HASH, &hash)) {
    const uint32_t *header = dsu_elf_at(elf, hash, 8, 4);
    if (!header)
      return corrupt(error, "the hash table does not lie in the file");
    elf->symbol_count = header[1];
  } else if (!dsu_elf_tag(elf, DT_GNU_HASH, &hash) ||
             !count_by_gnu_hash(elf, hash)) {
    return corrupt(error, "the hash table does not lie in the file");
  }
  elf->symbols =
      dsu_elf_at(elf, symbols, elf->symbol_count * sizeof(Elf64_Sym), 8);
  const char *strings = dsu_elf_at(elf, elf->strings, elf->strings_size, 1);
  if (!elf->symbols || !strings || elf->strings_size == 0 ||
      strings[elf->strings_size - 1])
    return corrupt(error, "the symbol table does not lie in the file");
  return true;
}

static bool read_relocations(struct dsu_elf *elf, struct dsu_error *error) {
  static const int64_t tags[2][2] = {{DT_RELA, DT_RELASZ},
                                     {DT_JMPREL, DT_PLTRELSZ}};
  uint64_t value;
  if (dsu_elf_tag(elf, DT_REL, &value) ||
      (dsu_elf_tag(elf, DT_RELAENT, &value) && value != sizeof(Elf64_Rela)) ||
      (dsu_elf_tag(elf, DT_PLTREL, &value) && value != DT_RELA))
    return corrupt(error, "its relocations are not of this architecture");
  for (int i = 0; i < 2; ++i) {
    uint64_t table, size;
    if (!dsu_elf_tag(elf, tags[i][0], &table))
      continue;
    if (!dsu_elf_tag(elf, tags[i][1], &size) || size % sizeof(Elf64_Rela))
      return corrupt(error, "a relocation table has no size");
    elf->relocations[i].entries = dsu_elf_at(elf, table, size, 8);
    elf->relocations[i].count = size / sizeof(Elf64_Rela);
    if (!elf->relocations[i].entries)
      return corrupt(error, "a relocation table does not lie in the file");
    for (uint64_t k = 0; k < elf->relocations[i].count; ++k) {
      const Elf64_Rela *entry = &elf->relocations[i].entries[k];
      if (ELF64_R_SYM(entry->r_info) >= elf->symbol_count ||
          !dsu_elf_holds(elf, entry->r_offset, 8, PF_W))
        return corrupt(error, "a relocation points outside of the file");
    }
  }
  return true;
}

bool dsu_elf_read(struct dsu_elf *elf, const void *bytes, uint64_t size,
                  struct dsu_error *error) {
  *elf = (struct dsu_elf){.bytes = bytes, .size = size};
  return dsu_elf_identify(bytes, size, error) &&
         read_program_headers(elf, error) && read_dynamic(elf, error) &&
         read_symbols(elf, error) && read_relocations(elf, error);
}

const char *dsu_elf_symbol_name(const struct dsu_elf *elf,
                                const Elf64_Sym *symbol) {
  if (symbol->st_name >= elf->strings_size)
    return NULL;
  return dsu_elf_string(elf, elf->strings + symbol->st_name);
}

const Elf64_Sym *dsu_elf_find(const struct dsu_elf *elf, const char *name) {
  for (uint64_t i = 1; i < elf->symbol_count; ++i) {
    const Elf64_Sym *symbol = &elf->symbols[i];
    const char *found = dsu_elf_symbol_name(elf, symbol);
    if (found && symbol->st_shndx != SHN_UNDEF && strcmp(found, name) == 0)
      return symbol;
  }
  return NULL;
}
