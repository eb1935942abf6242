/*===- patch_file.h - a patch that nobody has loaded yet ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and checks a patch as a file: the hash at its end, the ELF structure,
// the descriptor and every table behind it, the relocations.  What passes can
// be loaded and then be believed; what does not is refused before anything of
// it has been mapped.  What has to be compared with the running program
// (imports, identity, hashes of bodies) is the loader's.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_PATCH_FILE_H
#define DSU_RT_PATCH_FILE_H

#include "elf_file.h"

struct dsu_patch_file {
  const void *bytes; /* the whole file, mapped read-only */
  uint64_t size;     /* with the trailer */
  struct dsu_elf elf;
  uint64_t address; /* of the descriptor, relative to the load address */
  const struct dsu_image *image; /* in the file */
  dsu_id content;                /* SHA-256 of the ELF image */
};

/** What a relocation that names an import asks for. */
enum dsu_import_kind {
  DSU_NO_IMPORT,
  DSU_SLOT_IMPORT,
  DSU_ADDR_IMPORT,
  DSU_DATA_IMPORT,
  DSU_TLS_IMPORT,
  DSU_EXT_IMPORT
};

/** One relocation that names an import. */
struct dsu_import {
  enum dsu_import_kind kind;
  const char *identity; /* in the file */
  uint64_t offset;      /* of the cell, relative to the load address */
  int64_t addend;
};

/** Checks everything that can be known from the file alone. */
bool dsu_patch_file_read(struct dsu_patch_file *file, const void *bytes,
                         uint64_t size, struct dsu_error *error);

/** Calls `each` for every import until it returns false; false then. */
bool dsu_patch_file_imports(const struct dsu_patch_file *file,
                            bool (*each)(const struct dsu_import *, void *),
                            void *context);

/** Tables of the descriptor in the file; they have been checked. */
const struct dsu_func *dsu_patch_file_funcs(const struct dsu_patch_file *file);
const char *dsu_patch_file_func_name(const struct dsu_patch_file *file,
                                     uint32_t index);

#endif /* DSU_RT_PATCH_FILE_H */
