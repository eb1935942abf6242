/*===- elf_note.c - the mark that DSU leaves in a file ------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See elf_note.h.  The file may be anything; every size is bounded.
//
//===----------------------------------------------------------------------===*/

#include "elf_note.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MAX_HEADERS = 256, MAX_NOTES = 1 << 20 };

static bool read_at(int fd, void *buffer, size_t size, uint64_t offset) {
  return pread(fd, buffer, size, (off_t)offset) == (ssize_t)size;
}

static size_t align_up(size_t value, size_t align) {
  return (value + align - 1) / align * align;
}

static bool find_in(const char *notes, size_t size, size_t align,
                    struct elf_note *found) {
  size_t at = 0;
  while (size - at >= sizeof(Elf64_Nhdr)) {
    Elf64_Nhdr header;
    memcpy(&header, notes + at, sizeof(header));
    if (header.n_namesz > size || header.n_descsz > size)
      return false;
    size_t name = at + sizeof(header);
    size_t desc = align_up(name + header.n_namesz, align);
    if (desc > size || header.n_descsz > size - desc)
      return false;
    if (header.n_type == DSU_NOTE_TYPE &&
        header.n_namesz == sizeof(DSU_NOTE_NAME) &&
        memcmp(notes + name, DSU_NOTE_NAME, sizeof(DSU_NOTE_NAME)) == 0 &&
        header.n_descsz >= sizeof(*found)) {
      memcpy(found, notes + desc, sizeof(*found));
      return true;
    }
    at = align_up(desc + header.n_descsz, align);
    if (at > size)
      return false;
  }
  return false;
}

bool elf_note_read(int fd, struct elf_note *note) {
  Elf64_Ehdr file;
  if (!read_at(fd, &file, sizeof(file), 0) ||
      memcmp(file.e_ident, ELFMAG, SELFMAG) != 0 ||
      file.e_ident[EI_CLASS] != ELFCLASS64 ||
      file.e_phentsize != sizeof(Elf64_Phdr) || file.e_phnum > MAX_HEADERS)
    return false;
  for (unsigned i = 0; i < file.e_phnum; ++i) {
    Elf64_Phdr part;
    if (!read_at(fd, &part, sizeof(part), file.e_phoff + i * sizeof(part)))
      return false;
    if (part.p_type != PT_NOTE || part.p_filesz > MAX_NOTES)
      continue;
    char *notes = malloc(part.p_filesz + 1);
    bool found = notes && read_at(fd, notes, part.p_filesz, part.p_offset) &&
                 find_in(notes, part.p_filesz, part.p_align == 8 ? 8 : 4, note);
    free(notes);
    if (found)
      return true;
  }
  return false;
}
