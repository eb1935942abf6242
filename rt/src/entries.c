/*===- entries.c - redirecting a patch's functions ----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See entries.h.
//
//===----------------------------------------------------------------------===*/

#include "entries.h"

#include "code.h"

/*--- Before the commit ------------------------------------------------------*/

/** The first bytes of a function's body in the base if calls of it go there. */
static uint16_t *entry_of(const struct dsu_patch *patch, uint32_t i) {
  const struct dsu_image_state *base = patch->state.base;
  const struct dsu_func *func =
      dsu_find_in(base, dsu_rel(&dsu_patch_func(patch, i)->name));
  if (!func || !(func->flags & DSU_FUNC_ENTRY) ||
      dsu_image_slots(base->image) + func->slot != patch->state.slots[i])
    return NULL;
  return (uint16_t *)(uintptr_t)dsu_rel(&func->body);
}

/** What the commit will do to one function's entry. */
static bool prepare_entry(struct dsu_patch *patch, uint32_t i, bool apply,
                          struct dsu_error *error) {
  enum { BREAKPOINT = 0xcc }; /* no entry begins so */
  struct dsu_entry *entry = &patch->entries[i];
  const char *name = dsu_rel(&dsu_patch_func(patch, i)->name);
  entry->at = entry_of(patch, i);
  entry->changes = false;
  if (!entry->at)
    return true;
  const uint16_t word = __atomic_load_n(entry->at, __ATOMIC_RELAXED);
  const bool own = __atomic_load_n(patch->state.slots[i], __ATOMIC_ACQUIRE) ==
                   (void *)entry->at;
  if (own == (word == DSU_ENTRY_REDIRECT) || (word & 0xff) == BREAKPOINT)
    return dsu_fail(error, DSU_E_CODE,
                    "%s begins with %02x %02x, as if there were a breakpoint",
                    name, word & 0xff, word >> 8);
  entry->changes = apply ? own : patch->old_bodies[i] == (void *)entry->at;
  if (entry->changes && apply)
    entry->original = word;
  return !entry->changes || dsu_code_add(entry->at) ||
         dsu_fail(error, DSU_E_CODE, "%s does not lie in the program's code",
                  name);
}

bool dsu_entries_prepare(struct dsu_patch *patch, bool apply,
                         struct dsu_error *error) {
  for (uint32_t i = 0; i < patch->state.image->func_count; ++i)
    if (dsu_patch_func(patch, i)->flags & DSU_FUNC_REPLACED &&
        !prepare_entry(patch, i, apply, error))
      return false;
  return true;
}

/*--- Threads are held -------------------------------------------------------*/

/** Changes the entries of the first `count` functions that change. */
static uint32_t exchange_entries(const struct dsu_patch *patch, uint32_t count,
                                 bool redirect) {
  uint32_t i = 0;
  for (; i < count; ++i) {
    const struct dsu_entry *entry = &patch->entries[i];
    uint16_t from = redirect ? entry->original : DSU_ENTRY_REDIRECT;
    uint16_t to = redirect ? DSU_ENTRY_REDIRECT : entry->original;
    if (entry->changes && !dsu_code_exchange(entry->at, from, to))
      break;
  }
  return i;
}

bool dsu_entries_change(const struct dsu_patch *patch, bool redirect) {
  const uint32_t count = patch->state.image->func_count;
  uint32_t done =
      dsu_code_begin() ? exchange_entries(patch, count, redirect) : 0;
  if (done < count)
    exchange_entries(patch, done, !redirect);
  dsu_code_end();
  return done == count;
}
