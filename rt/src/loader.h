/*===- loader.h - from a file descriptor to a patch that could be applied -===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading changes nothing that the program can see: the patch's code and data
// are mapped, what it shares with the program is filled in, and nobody calls it
// yet. A patch that was never applied can be unloaded again.  One that was
// applied once stays mapped for ever, as pointers into it may be anywhere, and
// is used again when the same file is applied again in the same place.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_LOADER_H
#define DSU_RT_LOADER_H

#include "error.h"
#include "image.h"
#include "open_object.h"

#include <string.h>

/** The first bytes of the base's own body of a function that is called by its
    symbol; see code.h. */
struct dsu_entry {
  uint16_t *at;      /* null for functions that are called through the slot */
  uint16_t original; /* what stands there while that body runs */
  /* In the request that is being carried out: */
  bool changes;
};

static inline const char *dsu_base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

/** A loaded patch.  It and its arrays lie in one mapping. */
struct dsu_patch {
  struct dsu_image_state state;
  dsu_id content;         /* hash of the file that it was loaded from */
  const char *path;       /* where the client had it */
  const char *name;       /* the last part of that */
  struct dsu_patch *next; /* of those that were applied once, oldest first */
  uint64_t order;         /* of the last application, 0: never applied */
  struct dsu_object object;
  uintptr_t address; /* load address */
  size_t size;       /* of this mapping */
  /* Filled by the commit, one element for each function or edit: */
  void **old_bodies;
  struct dsu_entry *entries;
  void **old_pointers; /* DSU_EDIT_CSTRING: what the element held */
  bool *edited;
};

static inline const struct dsu_func *
dsu_patch_func(const struct dsu_patch *patch, uint32_t index) {
  return &dsu_image_funcs(patch->state.image)[index];
}

/** Loads the patch in `fd`, a sealed memory file, which is taken over.  `path`
    is the file that it was read from; only its name if that is not known.
    Returns null with the reason. */
struct dsu_patch *dsu_patch_load(int fd, const char *path,
                                 struct dsu_error *error);

/** Forgets a patch that was never applied; does nothing for others. */
void dsu_patch_unload(struct dsu_patch *patch);

/** All patches that were applied once. */
struct dsu_patch *dsu_patches(void);

/** Adds a patch that is being applied for the first time.  No allocation:
    threads are held. */
void dsu_patch_keep(struct dsu_patch *patch);

#endif /* DSU_RT_LOADER_H */
