/*===- elf_note.h - the mark that DSU leaves in a file ------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every updatable executable and library carries an ELF note that names the ABI
// version, the signal to which its runtime listens, and its identity.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_ELF_NOTE_H
#define DSUCTL_ELF_NOTE_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>

struct elf_note {
  uint32_t abi;
  uint32_t signal;
  dsu_id identity;
};

/** Reads the note of the ELF file behind a descriptor; false if it has none. */
bool elf_note_read(int fd, struct elf_note *note);

#endif /* DSUCTL_ELF_NOTE_H */
