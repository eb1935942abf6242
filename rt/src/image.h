/*===- image.h - registry of images and what they define ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Knows every descriptor (struct dsu_image) in the process: the executable's,
// shared libraries', applied patches'.  Answers: where is this function's slot,
// its stable address, this global; which body runs.
//
// Identities are unique within one base image and the patches on it, not in the
// process (an executable and a library may both have a `util.c;init`).  So
// every question names the base image, and the answer comes from the patches
// that are applied to it, newest first, and then from itself.
//
// Thread-safety: registration happens in constructors and under the loader's
// lock; everything else is called by the agent only.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_IMAGE_H
#define DSU_RT_IMAGE_H

#include "dsu/dsu_abi.h"

#include <stdbool.h>

/** One registered descriptor.  Never freed: stacks and stored pointers may
    refer to an image for as long as the process lives. */
struct dsu_image_state {
  const struct dsu_image *image;
  struct dsu_image_state *next;
  struct dsu_image_state *base; /* itself for a base image */
  uint32_t *by_body;            /* funcs with a body, sorted by it; or null */
  uint32_t by_body_count;
  bool applied; /* patches only */
  /* Base images: */
  dsu_id current;              /* identity of the version that runs now */
  struct dsu_image_state *top; /* patch that was applied last, or null */
  /* Patches: */
  void ***slots;                 /* the slot of funcs[i], wherever it is */
  struct dsu_image_state *below; /* what was on top when it was loaded */
};

/** All registered descriptors, the executable's first ones first. */
struct dsu_image_state *dsu_images(void);

/** Accessors for the tables behind the relative fields. */
void **dsu_image_slots(const struct dsu_image *image);
const struct dsu_func *dsu_image_funcs(const struct dsu_image *image);
const struct dsu_data *dsu_image_data(const struct dsu_image *image);

/** The base image that runs this version now; null if none does. */
struct dsu_image_state *dsu_find_base(const dsu_id *current);

/** The entry for this identity in one image; null if it has none. */
const struct dsu_func *dsu_find_in(const struct dsu_image_state *state,
                                   const char *identity);

/** The entry of the implementation that runs: the newest applied patch's, or
    the base's; null if nobody defines the function (any more). */
const struct dsu_func *dsu_find_function(struct dsu_image_state *base,
                                         const char *identity);

/** The slot of this function; null if nobody defines it. */
void **dsu_find_slot(struct dsu_image_state *base, const char *identity);

/** The address that stands for this function in pointers; null if none. */
void *dsu_find_function_address(struct dsu_image_state *base,
                                const char *identity);

/** A global's descriptor; null if nobody defines it. */
const struct dsu_data *dsu_find_data(struct dsu_image_state *base,
                                     const char *identity,
                                     const struct dsu_image **owner);

/** The address of what is only declared, null for a weak symbol that nobody
    defines; false if no table knows the name. */
bool dsu_find_external(struct dsu_image_state *base, const char *name,
                       void **address);

/** The updatable function whose flags apply to a body that starts at `body`,
    in any image, replaced or not; null if it is not one of ours.  Takes no
    lock and no memory: threads may be held. */
const struct dsu_func *dsu_find_body(uintptr_t body);

/** Makes lookups by body quick; called by the agent before it holds threads.
    Without memory they stay slow. */
void dsu_index_bodies(void);

/** Adds an applied patch: no allocation, threads may be held. */
void dsu_add_patch(struct dsu_image_state *patch);

/** Makes the pages of all slot tables writable or read-only again. */
bool dsu_slots_protect(bool writable);

/** The same for one table. */
bool dsu_slots_protect_image(const struct dsu_image *image, bool writable);

#endif /* DSU_RT_IMAGE_H */
