/*===- image.c - registry of images and what they define ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See image.h.  States of base images come from a static pool that grows by
// mmap, as constructors run before malloc may be used.  A table of slots
// becomes read-only as soon as it is registered: the dynamic linker has applied
// its relocations before any constructor runs.
//
//===----------------------------------------------------------------------===*/

#include "image.h"

#include "error.h"
#include "log.h"
#include "memory.h"

#include <dlfcn.h>
#include <link.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { POOL_SIZE = 16, CHUNK_SIZE = 64 };

static struct dsu_image_state pool[POOL_SIZE];
static struct dsu_image_state *free_states = pool;
static size_t free_count = POOL_SIZE;

static struct dsu_image_state *images;

/* Bounds of the ELF object that holds the runtime: the executable. */
extern const char __ehdr_start[] __attribute__((weak, visibility("hidden")));
extern const char _end[] __attribute__((weak, visibility("hidden")));

struct dsu_image_state *dsu_images(void) { return images; }

void **dsu_image_slots(const struct dsu_image *image) {
  return (void **)(uintptr_t)dsu_rel(&image->slots);
}

const struct dsu_func *dsu_image_funcs(const struct dsu_image *image) {
  return dsu_rel(&image->funcs);
}

const struct dsu_data *dsu_image_data(const struct dsu_image *image) {
  return dsu_rel(&image->data);
}

/*--- Registration -----------------------------------------------------------*/

static struct dsu_image_state *new_state(void) {
  if (free_count == 0) {
    free_states = dsu_map(CHUNK_SIZE * sizeof(*free_states));
    if (!free_states)
      return NULL;
    free_count = CHUNK_SIZE;
  }
  --free_count;
  return free_states++;
}

static bool in_executable(const void *address) {
  const char *a = address;
  return __ehdr_start && a >= __ehdr_start && a < _end;
}

/** Keeps a library in memory from now on, although the program may dlclose it:
    the registry, stacks and stored pointers refer to it.  Runs within dlopen,
    whose lock the thread may take again, or at the program's start. */
static bool pin(const void *address) {
  Dl_info info;
  struct link_map *map = NULL;
  if (!dladdr1(address, &info, (void **)&map, RTLD_DL_LINKMAP) || !map)
    return false;
  return dlopen(map->l_name, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE) != NULL;
}

/** Appends; the executable's stay before those of its libraries, whose
    constructors run earlier. */
static void insert(struct dsu_image_state *state) {
  struct dsu_image_state **link = &images;
  bool first = in_executable(state->image);
  while (*link && !(first && !in_executable((*link)->image)))
    link = &(*link)->next;
  state->next = *link;
  /* The state is complete before it can be seen. */
  atomic_signal_fence(memory_order_release);
  *link = state;
}

__attribute__((visibility("default"))) void
__dsu_register_image(const struct dsu_image *image) {
  if (!image || image->magic != (uint32_t)DSU_IMAGE_MAGIC) {
    dsu_log("ignored an image at %p: not a DSU descriptor", (void *)image);
    return;
  }
  const char *name = dsu_rel(&image->name);
  if (!name)
    name = "(unnamed)";
  if (image->abi_version != DSU_ABI_VERSION) {
    dsu_log("ignored image %s: built for ABI version %u, this is %d; build it "
            "with the same dsu-cc as the executable",
            name, image->abi_version, DSU_ABI_VERSION);
    return;
  }
  if (image->kind != DSU_IMAGE_BASE) {
    dsu_log("ignored image %s: not an executable or library", name);
    return;
  }
  for (struct dsu_image_state *other = images; other; other = other->next)
    if (other->image == image)
      return;
  if (!in_executable(image) && !pin(image)) {
    dsu_log("ignored image %s: it could be unloaded; link it with -z nodelete",
            name);
    return;
  }
  struct dsu_image_state *state = new_state();
  if (!state) {
    dsu_log("ignored image %s: no memory", name);
    return;
  }
  *state = (struct dsu_image_state){
      .image = image, .base = state, .current = image->identity};
  insert(state);
  if (!dsu_slots_protect_image(image, false))
    dsu_log("the slots of %s stay writable", name);
}

void dsu_add_patch(struct dsu_image_state *patch) { insert(patch); }

/*--- Lookup -----------------------------------------------------------------*/

static const char *func_name(const struct dsu_func *func) {
  return dsu_rel(&func->name);
}

static const struct dsu_func *func_in(const struct dsu_image *image,
                                      const char *identity) {
  const struct dsu_func *funcs = dsu_image_funcs(image);
  uint32_t low = 0, high = image->func_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = strcmp(func_name(&funcs[middle]), identity);
    if (order == 0)
      return &funcs[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

const struct dsu_func *dsu_find_in(const struct dsu_image_state *state,
                                   const char *identity) {
  return func_in(state->image, identity);
}

static const struct dsu_data *data_in(const struct dsu_image *image,
                                      const char *identity) {
  const struct dsu_data *data = dsu_image_data(image);
  uint32_t low = 0, high = image->data_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    int order = strcmp(dsu_rel(&data[middle].name), identity);
    if (order == 0)
      return &data[middle];
    if (order < 0)
      low = middle + 1;
    else
      high = middle;
  }
  return NULL;
}

struct dsu_image_state *dsu_find_base(const dsu_id *current) {
  for (struct dsu_image_state *state = images; state; state = state->next)
    if (state->base == state && dsu_id_equal(&state->current, current))
      return state;
  return NULL;
}

/** The slot of an entry of this image; null if the function has none. */
static void **slot_of(const struct dsu_image_state *state,
                      const struct dsu_func *func) {
  if (state->base != state)
    return state->slots[func - dsu_image_funcs(state->image)];
  return func->slot == (uint32_t)DSU_NO_SLOT
             ? NULL
             : &dsu_image_slots(state->image)[func->slot];
}

/** Where the running implementation is defined; null if nowhere. */
static const struct dsu_func *running(struct dsu_image_state *base,
                                      const char *identity,
                                      const struct dsu_image_state **owner) {
  for (struct dsu_image_state *patch = base->top; patch; patch = patch->below) {
    const struct dsu_func *func = func_in(patch->image, identity);
    if (!func)
      continue;
    if (func->flags & DSU_FUNC_REMOVED)
      return NULL;
    if (func->flags & (DSU_FUNC_REPLACED | DSU_FUNC_NEW)) {
      *owner = patch;
      return func;
    }
  }
  *owner = base;
  return func_in(base->image, identity);
}

const struct dsu_func *dsu_find_function(struct dsu_image_state *base,
                                         const char *identity) {
  const struct dsu_image_state *owner;
  return running(base, identity, &owner);
}

void **dsu_find_slot(struct dsu_image_state *base, const char *identity) {
  const struct dsu_image_state *owner;
  const struct dsu_func *func = running(base, identity, &owner);
  return func ? slot_of(owner, func) : NULL;
}

void *dsu_find_function_address(struct dsu_image_state *base,
                                const char *identity) {
  /* The first wrapper that was ever made for this slot, reverted patches'
     included: pointers to it may be stored anywhere. */
  void **slot = dsu_find_slot(base, identity);
  if (!slot)
    return NULL;
  for (struct dsu_image_state *state = images; state; state = state->next) {
    if (state->base != base)
      continue;
    const struct dsu_func *func = func_in(state->image, identity);
    if (func && func->addr && slot_of(state, func) == slot)
      return (void *)(uintptr_t)dsu_rel(&func->addr);
  }
  return NULL;
}

const struct dsu_data *dsu_find_data(struct dsu_image_state *base,
                                     const char *identity,
                                     const struct dsu_image **owner) {
  for (struct dsu_image_state *patch = base->top; patch; patch = patch->below) {
    const struct dsu_data *data = data_in(patch->image, identity);
    if (data) {
      *owner = patch->image;
      return data;
    }
  }
  *owner = base->image;
  return data_in(base->image, identity);
}

static bool external_in(const struct dsu_image *image, const char *name,
                        void **address) {
  const struct dsu_ext_name *names = dsu_rel(&image->ext_names);
  const struct dsu_ext_addr *addrs = dsu_rel(&image->ext_addrs);
  for (uint32_t i = 0; i < image->ext_count; ++i)
    if (strcmp(dsu_rel(&names[i].name), name) == 0) {
      *address = addrs[i].addr;
      return true;
    }
  return false;
}

bool dsu_find_external(struct dsu_image_state *base, const char *name,
                       void **address) {
  for (struct dsu_image_state *patch = base->top; patch; patch = patch->below)
    if (external_in(patch->image, name, address))
      return true;
  return external_in(base->image, name, address);
}

/*--- Bodies -----------------------------------------------------------------*/

static uintptr_t body_at(const struct dsu_image_state *state, uint32_t index) {
  return (uintptr_t)dsu_rel(&dsu_image_funcs(state->image)[index].body);
}

static int compare_bodies(const void *left, const void *right, void *context) {
  uintptr_t a = body_at(context, *(const uint32_t *)left);
  uintptr_t b = body_at(context, *(const uint32_t *)right);
  return (a > b) - (a < b);
}

static void index_bodies(struct dsu_image_state *state) {
  uint32_t count = state->image->func_count;
  uint32_t *index = count ? dsu_map(count * sizeof(*index)) : NULL;
  if (!index)
    return;
  uint32_t used = 0;
  for (uint32_t i = 0; i < count; ++i)
    if (body_at(state, i))
      index[used++] = i;
  qsort_r(index, used, sizeof(*index), compare_bodies, state);
  state->by_body_count = used;
  state->by_body = index;
}

void dsu_index_bodies(void) {
  for (struct dsu_image_state *state = images; state; state = state->next)
    if (!state->by_body)
      index_bodies(state);
}

static const struct dsu_func *body_in(const struct dsu_image_state *state,
                                      uintptr_t body) {
  const struct dsu_func *funcs = dsu_image_funcs(state->image);
  if (!state->by_body) {
    for (uint32_t i = 0; i < state->image->func_count; ++i)
      if (body_at(state, i) == body)
        return &funcs[i];
    return NULL;
  }
  uint32_t low = 0, high = state->by_body_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (body_at(state, state->by_body[middle]) < body)
      low = middle + 1;
    else
      high = middle;
  }
  if (low == state->by_body_count ||
      body_at(state, state->by_body[low]) != body)
    return NULL;
  return &funcs[state->by_body[low]];
}

const struct dsu_func *dsu_find_body(uintptr_t body) {
  if (!body)
    return NULL;
  for (struct dsu_image_state *state = images; state; state = state->next) {
    const struct dsu_func *func = body_in(state, body);
    if (func)
      return func;
  }
  return NULL;
}

/*--- Protection -------------------------------------------------------------*/

bool dsu_slots_protect_image(const struct dsu_image *image, bool writable) {
  uintptr_t begin = (uintptr_t)dsu_image_slots(image);
  uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  if (image->slot_count == 0)
    return true;
  /* Tables are padded to whole pages; anything else on the page is not ours
     to protect. */
  if (begin % page != 0)
    return false;
  uintptr_t size =
      (image->slot_count * sizeof(void *) + page - 1) / page * page;
  int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  return mprotect((void *)begin, size, protection) == 0;
}

bool dsu_slots_protect(bool writable) {
  bool done = true;
  for (struct dsu_image_state *state = images; state; state = state->next)
    if (!dsu_slots_protect_image(state->image, writable))
      done = false;
  return done;
}
