/*===- foreign.c - objects that another compiler made ---------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See foreign.h.  What dsu-cc compiled is bitcode, or ELF with the section
// .note.dsu.  Of other ELF objects a compiler made those that have a section
// .comment, and they are C if no name in them is mangled.  What cannot be read
// is the linker's business.
//
//===----------------------------------------------------------------------===*/

#include "foreign.h"

#include <ar.h>
#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_NAMES = 4 };

/* A part of a file in memory. */
struct bytes {
  const char *data;
  size_t size;
};

/*--- Objects ----------------------------------------------------------------*/

/* Members of archives are aligned to 2 only: tables are read by memcpy. */
static bool read_at(struct bytes file, uint64_t offset, void *into,
                    size_t size) {
  if (offset > file.size || size > file.size - offset)
    return false;
  memcpy(into, file.data + offset, size);
  return true;
}

static const char *string_at(struct bytes file, const Elf64_Shdr *strings,
                             uint64_t offset) {
  if (strings->sh_offset > file.size ||
      strings->sh_size > file.size - strings->sh_offset ||
      offset >= strings->sh_size)
    return "";
  const char *text = file.data + strings->sh_offset + offset;
  return memchr(text, 0, strings->sh_size - offset) ? text : "";
}

static bool read_section(struct bytes file, const Elf64_Ehdr *header,
                         uint64_t index, Elf64_Shdr *section) {
  return index < header->e_shnum &&
         read_at(file, header->e_shoff + index * sizeof *section, section,
                 sizeof *section);
}

/* Whether it defines functions, and no name is one of C++. */
static bool defines_c(struct bytes file, const Elf64_Ehdr *header,
                      const Elf64_Shdr *symbols) {
  Elf64_Shdr strings;
  Elf64_Sym symbol;
  bool function = false;
  if (!read_section(file, header, symbols->sh_link, &strings))
    return false;
  for (uint64_t at = 0; at + sizeof symbol <= symbols->sh_size;
       at += sizeof symbol) {
    if (!read_at(file, symbols->sh_offset + at, &symbol, sizeof symbol))
      return false;
    if (dsu_starts_with(string_at(file, &strings, symbol.st_name), "_Z"))
      return false;
    function |= ELF64_ST_TYPE(symbol.st_info) == STT_FUNC &&
                symbol.st_shndx != SHN_UNDEF;
  }
  return function;
}

static bool is_foreign(struct bytes file) {
  Elf64_Ehdr header;
  Elf64_Shdr names, section;
  if (!read_at(file, 0, &header, sizeof header) ||
      memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_REL ||
      !read_section(file, &header, header.e_shstrndx, &names))
    return false;
  bool compiled = false, c = false;
  for (uint64_t i = 0; read_section(file, &header, i, &section); i++) {
    const char *name = string_at(file, &names, section.sh_name);
    if (strcmp(name, ".note.dsu") == 0)
      return false;
    compiled |= strcmp(name, ".comment") == 0;
    if (section.sh_type == SHT_SYMTAB)
      c = defines_c(file, &header, &section);
  }
  return compiled && c;
}

/*--- Archives ---------------------------------------------------------------*/

/* The name of a member: "y.o/", or "/123" for a place in the table `longer`. */
static const char *member_name(const struct ar_hdr *header,
                               struct bytes longer) {
  const char *name = header->ar_name;
  size_t limit = sizeof header->ar_name, length = 0;
  if (name[0] == '/') {
    size_t offset = strtoul(name + 1, NULL, 10);
    if (offset >= longer.size)
      return "?";
    name = longer.data + offset;
    limit = longer.size - offset;
  }
  while (length < limit && name[length] != '/' && name[length] != '\n')
    length++;
  return dsu_substring(name, length);
}

static void look_into_archive(const char *path, struct bytes file,
                              struct dsu_list *found) {
  struct bytes longer = {0};
  struct ar_hdr header;
  for (uint64_t at = SARMAG; read_at(file, at, &header, sizeof header);) {
    char digits[sizeof header.ar_size + 1] = "";
    memcpy(digits, header.ar_size, sizeof header.ar_size);
    at += sizeof header;
    uint64_t size = strtoull(digits, NULL, 10);
    if (size > file.size - at)
      return;
    struct bytes member = {file.data + at, size};
    if (dsu_starts_with(header.ar_name, "// "))
      longer = member;
    else if (is_foreign(member))
      dsu_list_add(found,
                   dsu_format("%s(%s)", path, member_name(&header, longer)));
    at += size + size % 2;
  }
}

/*--- Files ------------------------------------------------------------------*/

static bool is_of_system(const char *path) {
  return dsu_starts_with(path, "/usr/lib") || dsu_starts_with(path, "/lib/") ||
         dsu_starts_with(path, "/usr/local/lib");
}

static void look_at(const char *path, struct dsu_list *found) {
  struct stat status;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return;
  void *map = MAP_FAILED;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0)
    map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  close(fd);
  if (map == MAP_FAILED)
    return;
  struct bytes file = {map, (size_t)status.st_size};
  if (file.size >= SARMAG && memcmp(file.data, ARMAG, SARMAG) == 0)
    look_into_archive(path, file, found);
  else if (is_foreign(file))
    dsu_list_add(found, path);
  munmap(map, file.size);
}

void dsu_find_foreign(const struct dsu_list *inputs, struct dsu_list *found) {
  for (size_t i = 0; i < inputs->count; i++)
    if (!is_of_system(inputs->items[i]))
      look_at(inputs->items[i], found);
}

/*--- Libraries --------------------------------------------------------------*/

static const char *file_in(const char *directory, const char *name) {
  const char *slash = dsu_ends_with(directory, "/") ? "" : "/";
  const char *path = dsu_format("%s%s%s", directory, slash, name);
  return access(path, F_OK) == 0 ? path : NULL;
}

/* A library goes by its name, or after a colon by its file's.  The first
   directory that has it counts, and there a shared one hides a static one. */
static const char *static_library(const char *library,
                                  const struct dsu_list *directories) {
  bool by_file = library[0] == ':';
  const char *shared = dsu_format("lib%s.so", library);
  const char *archive = by_file ? library + 1 : dsu_format("lib%s.a", library);
  for (size_t i = 0; i < directories->count; i++) {
    if (!by_file && file_in(directories->items[i], shared))
      return NULL;
    const char *path = file_in(directories->items[i], archive);
    if (path)
      return path;
  }
  return NULL;
}

static bool contains(const struct dsu_list *list, const char *item) {
  for (size_t i = 0; i < list->count; i++)
    if (strcmp(list->items[i], item) == 0)
      return true;
  return false;
}

void dsu_find_libraries(const struct dsu_list *libraries,
                        const struct dsu_list *directories,
                        struct dsu_list *inputs) {
  for (size_t i = 0; i < libraries->count; i++) {
    const char *path = static_library(libraries->items[i], directories);
    if (path && !contains(inputs, path))
      dsu_list_add(inputs, path);
  }
}

/*--- The note ---------------------------------------------------------------*/

const char *dsu_foreign_text(const struct dsu_list *found) {
  const char *names = found->items[0];
  size_t shown = found->count < MOST_NAMES ? found->count : MOST_NAMES;
  for (size_t i = 1; i < shown; i++)
    names = dsu_format("%s, %s", names, found->items[i]);
  if (shown < found->count)
    names = dsu_format("%s and %zu more", names, found->count - shown);
  return dsu_format("nothing in %s can be updated, since dsu-cc has not "
                    "compiled it; let it do so ('make clean' first, if the "
                    "objects are from another build), or pass --dsu-quiet",
                    names);
}
