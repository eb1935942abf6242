/*===- older_frames.c - frames that stay through several patches --*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See older_frames.h.  No records are kept: the patches that are applied say
// everything, and those that were reverted nothing.
//
//===----------------------------------------------------------------------===*/

#include "older_frames.h"

enum { KINDS = DSU_FUNC_REPLACED | DSU_FUNC_REMOVED | DSU_FUNC_NEW };

/** The patch directly on top of `state`, among those up to `top`. */
static const struct dsu_image_state *above(const struct dsu_image_state *state,
                                           const struct dsu_image_state *top) {
  const struct dsu_image_state *below = state == state->base ? NULL : state;
  while (top && top->below != below)
    top = top->below;
  return top;
}

static const struct dsu_func *find(const struct dsu_image *image,
                                   const char *name) {
  struct dsu_image_state state = {.image = image};
  return dsu_find_in(&state, name);
}

static bool has_sites(const struct dsu_image *image,
                      const struct dsu_func *func) {
  const struct dsu_site *sites = dsu_rel(&image->sites);
  uint32_t index = (uint32_t)(func - dsu_image_funcs(image));
  for (uint32_t i = 0; i < image->site_count; ++i)
    if (sites[i].func == index)
      return true;
  return false;
}

/** The call site of the version that `image` makes whose remaining code is that
    of call site `number` of the version before; 0 if there is none. */
static uint32_t follow(const struct dsu_image *image, const char *name,
                       uint32_t number) {
  const struct dsu_func *func = find(image, name);
  if (!func || !(func->flags & KINDS))
    return number; /* the function is as it was */
  const struct dsu_site *sites = dsu_rel(&image->sites);
  uint32_t index = (uint32_t)(func - dsu_image_funcs(image));
  for (uint32_t i = 0; i < image->site_count; ++i)
    if (sites[i].func == index && sites[i].site == number)
      return sites[i].next;
  return 0;
}

uint32_t dsu_older_frames(const struct dsu_image_state *owner,
                          const struct dsu_func *func,
                          const struct dsu_image_state *top,
                          const struct dsu_image *next, uint32_t *into) {
  const char *name = dsu_rel(&func->name);
  if (!(func->flags & DSU_FUNC_LIFELONG) ||
      (owner != owner->base && !owner->applied))
    return 0;
  /* The first patch on top of this body knows its return addresses, whether it
     replaces it or not. */
  const struct dsu_image_state *patch = above(owner, top);
  const struct dsu_func *entry = NULL;
  for (; patch; patch = above(patch, top)) {
    entry = find(patch->image, name);
    if (entry && (has_sites(patch->image, entry) || entry->flags & KINDS))
      break;
  }
  if (!patch)
    return 0;
  const struct dsu_site *sites = dsu_rel(&patch->image->sites);
  uint32_t index = (uint32_t)(entry - dsu_image_funcs(patch->image));
  uint32_t count = 0;
  for (uint32_t i = 0; i < patch->image->site_count; ++i) {
    if (sites[i].func != index || !sites[i].ret)
      continue;
    uint32_t number = sites[i].next;
    for (const struct dsu_image_state *s = above(patch, top); s && number;
         s = above(s, top))
      number = follow(s->image, name, number);
    if (number && next)
      number = follow(next, name, number);
    if (number)
      into[count++] = sites[i].ret;
  }
  return count;
}
