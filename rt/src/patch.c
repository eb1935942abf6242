/*===- patch.c - the stack of applied patches ---------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An update is a plan for stop.c: the bodies that must not be halfway, and a
// commit that stores addresses into slots and values into elements of tables.
// Functions that are called by their symbol are redirected at their entry, too
// (code.h).  Slots are made writable, and every page that the commit will touch
// is faulted in, before the first thread is stopped.
//
//===----------------------------------------------------------------------===*/

#include "patch.h"

#include "code.h"
#include "entries.h"
#include "fault.h"
#include "log.h"
#include "memory.h"
#include "mutant.h"
#include "older_frames.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RANGES_PER_OBJECT = 8 };

/** Everything that one attempt needs, in one mapping. */
struct job {
  struct dsu_patch *patch;
  struct dsu_plan plan;
  struct dsu_block *blocks;
  uint32_t *sites; /* return addresses of all blocks, one after the other */
  uint32_t site_count;
  struct dsu_range *constants; /* where string literals can be */
  uint32_t constant_count;
  size_t size;
};

static uint64_t applications; /* ever made; orders them */
static bool slots_writable;

/*--- Questions --------------------------------------------------------------*/

uint32_t dsu_patch_level(const struct dsu_patch *patch,
                         const struct dsu_terms *terms) {
  uint32_t own = patch->state.image->level;
  return terms->level > own ? terms->level : own;
}

uint32_t dsu_patch_edits(const struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  uint32_t count = 0;
  for (uint32_t i = 0; i < image->edit_count; ++i)
    count += !(edits[i].kind & DSU_EDIT_KEPT);
  return count;
}

uint32_t dsu_patch_count(const struct dsu_patch *patch, uint32_t flags) {
  const struct dsu_func *funcs = dsu_image_funcs(patch->state.image);
  uint32_t count = 0;
  for (uint32_t i = 0; i < patch->state.image->func_count; ++i)
    count += (funcs[i].flags & flags) != 0;
  return count;
}

static void *load_slot(void **slot) {
  return __atomic_load_n(slot, __ATOMIC_ACQUIRE);
}

/*--- The plan ---------------------------------------------------------------*/

static struct job *new_job(struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  size_t objects = 2;
  for (struct dsu_image_state *s = dsu_images(); s; s = s->next)
    objects += s->base == patch->state.base;
  size_t sites = image->site_count;
  for (struct dsu_image_state *s = patch->state.below; s; s = s->below)
    sites += s->image->site_count;
  /* Each function can have a body in each of them. */
  size_t blocks = objects * image->func_count * sizeof(struct dsu_block);
  size_t ranges = objects * RANGES_PER_OBJECT * sizeof(struct dsu_range);
  size_t size = sizeof(struct job) + blocks + ranges + sites * sizeof(uint32_t);
  struct job *job = dsu_fault_point("plan") ? NULL : dsu_map(size);
  if (!job)
    return NULL;
  job->patch = patch;
  job->size = size;
  job->blocks = (struct dsu_block *)(job + 1);
  job->constants = (struct dsu_range *)((char *)job->blocks + blocks);
  job->sites = (uint32_t *)((char *)job->constants + ranges);
  return job;
}

static int compare_blocks(const void *left, const void *right) {
  uintptr_t a = ((const struct dsu_block *)left)->body;
  uintptr_t b = ((const struct dsu_block *)right)->body;
  return (a > b) - (a < b);
}

/** A body that must not be halfway but at the next `count` of job->sites. */
static void add_block(struct job *job, const void *body, const char *name,
                      uint32_t count) {
  job->blocks[job->plan.block_count++] =
      (struct dsu_block){.body = (uintptr_t)body,
                         .name = name,
                         .sites = job->sites + job->site_count,
                         .site_count = count};
  job->site_count += count;
}

/** The body that a function has in another image. */
static void add_body(struct job *job, const struct dsu_func *func,
                     uint32_t count) {
  add_block(job, dsu_rel(&func->body), dsu_rel(&func->name), count);
  job->blocks[job->plan.block_count - 1].entry =
      (func->flags & DSU_FUNC_ENTRY) != 0;
}

/** Return addresses in the running body of a function that may stay. */
static uint32_t add_sites(struct job *job, const struct dsu_func *func) {
  const struct dsu_image *image = job->patch->state.image;
  const struct dsu_site *sites = dsu_rel(&image->sites);
  uint32_t index = (uint32_t)(func - dsu_image_funcs(image)), count = 0;
  for (uint32_t i = 0; i < image->site_count; ++i)
    if (sites[i].func == index && sites[i].ret)
      job->sites[job->site_count + count++] = sites[i].ret;
  return count;
}

/** Blocks every body that the function has had without the patch, but for
    `spared`: an earlier patch may have let a frame of an old one stay.  It may
    again where the code that remains is also that of the version to come. */
static void block_bodies(struct job *job, const struct dsu_func *func,
                         const void *spared, bool apply) {
  const struct dsu_patch *patch = job->patch;
  const struct dsu_image *next = apply ? patch->state.image : NULL;
  const void *running =
      apply
          ? load_slot(
                patch->state.slots[func - dsu_image_funcs(patch->state.image)])
          : NULL;
  for (struct dsu_image_state *s = dsu_images(); s; s = s->next) {
    if (s->base != patch->state.base || s == &patch->state)
      continue;
    const struct dsu_func *other = dsu_find_in(s, dsu_rel(&func->name));
    const void *body = other ? dsu_rel(&other->body) : NULL;
    if (!body || body == spared)
      continue;
    uint32_t count = body == running ? add_sites(job, func) : 0;
    if (!count)
      count = dsu_older_frames(s, other, patch->state.below, next,
                               job->sites + job->site_count);
    /* The other image's copy of the name: this one may be unloaded. */
    add_body(job, other, count);
  }
}

/** Sorts; functions that the linker folded into one body become one block,
    for which no call site is known to be harmless. */
static void finish_blocks(struct job *job) {
  uint32_t count = job->plan.block_count, used = 0;
  qsort(job->blocks, count, sizeof(*job->blocks), compare_blocks);
  for (uint32_t i = 0; i < count; ++i) {
    if (used && job->blocks[used - 1].body == job->blocks[i].body) {
      job->blocks[used - 1].site_count = 0;
      job->blocks[used - 1].entry &= job->blocks[i].entry;
    } else {
      job->blocks[used++] = job->blocks[i];
    }
  }
  job->plan.block_count = used;
  job->plan.blocks = job->blocks;
}

/** Before an apply: all bodies there ever were of what changes or goes, and of
    what calls two that change together. */
static void plan_apply(struct job *job) {
  for (uint32_t i = 0; i < job->patch->state.image->func_count; ++i) {
    const struct dsu_func *func = dsu_patch_func(job->patch, i);
    if (func->flags & DSU_FUNC_BETWEEN && DSU_MUTANT(no_between))
      continue;
    if (func->flags & (DSU_FUNC_REPLACED | DSU_FUNC_REMOVED | DSU_FUNC_BETWEEN))
      block_bodies(job, func, NULL, true);
  }
  finish_blocks(job);
}

/** Before a revert: all bodies of what the patch brought or replaced, but for
    those that run again afterwards. */
static void plan_revert(struct job *job) {
  for (uint32_t i = 0; i < job->patch->state.image->func_count; ++i) {
    const struct dsu_func *func = dsu_patch_func(job->patch, i);
    if (func->flags & DSU_FUNC_BETWEEN)
      block_bodies(job, func, NULL, false);
    if (!(func->flags & (DSU_FUNC_REPLACED | DSU_FUNC_NEW)))
      continue;
    add_block(job, dsu_rel(&func->body), dsu_rel(&func->name), 0);
    block_bodies(job, func,
                 func->flags & DSU_FUNC_REPLACED ? job->patch->old_bodies[i]
                                                 : NULL,
                 false);
  }
  finish_blocks(job);
}

static void add_constants(struct job *job, const struct dsu_image *image) {
  job->constant_count += dsu_object_ranges(
      image, false, job->constants + job->constant_count, RANGES_PER_OBJECT);
}

static void collect_constants(struct job *job) {
  struct dsu_image_state *base = job->patch->state.base;
  add_constants(job, base->image);
  for (struct dsu_image_state *s = base->top; s; s = s->below)
    add_constants(job, s->image);
}

/*--- The commit: threads are held -------------------------------------------*/

static bool is_old_text(const struct job *job, const char *text,
                        const char *old) {
  size_t size = strlen(old) + 1;
  return dsu_in_ranges(job->constants, job->constant_count, (uintptr_t)text,
                       size) &&
         memcmp(text, old, size) == 0;
}

static bool is_text(const struct dsu_edit *edit) {
  return (edit->kind & ~(uint32_t)DSU_EDIT_FLAGS) == DSU_EDIT_CSTRING;
}

/** Whether the element still has the old version's initial value. */
static bool holds_old(const struct job *job, const struct dsu_edit *edit,
                      uint32_t i) {
  if (!is_text(edit))
    return memcmp(edit->target, edit->old_value, edit->size) == 0;
  void *held = NULL;
  memcpy(&held, edit->target, sizeof(held));
  job->patch->old_pointers[i] = held;
  return is_old_text(job, held, edit->old_value);
}

/** What the element had before the patch. */
static const void *value_before(const struct dsu_patch *patch,
                                const struct dsu_edit *edit, uint32_t i) {
  return is_text(edit) ? &patch->old_pointers[i] : edit->old_value;
}

/** Whether the element is as the patch left it. */
static bool holds_new(const struct dsu_patch *patch,
                      const struct dsu_edit *edit, uint32_t i) {
  const void *left = edit->kind & DSU_EDIT_KEPT ? value_before(patch, edit, i)
                                                : edit->new_value;
  return memcmp(edit->target, left, edit->size) == 0;
}

/** One element that the program has changed keeps its whole group. */
static void join_groups(struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  uint32_t end;
  for (uint32_t first = 0; first < image->edit_count; first = end) {
    bool all = patch->edited[first];
    for (end = first + 1;
         end < image->edit_count && (edits[end].kind & DSU_EDIT_JOINED); ++end)
      all = all && patch->edited[end];
    for (uint32_t i = first; i < end; ++i)
      patch->edited[i] = all;
  }
}

/** All are compared before the first is made: groups may lie in each other. */
static void make_edits(const struct job *job) {
  struct dsu_patch *patch = job->patch;
  const struct dsu_image *image = patch->state.image;
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  for (uint32_t i = 0; i < image->edit_count; ++i)
    patch->edited[i] = holds_old(job, &edits[i], i);
  join_groups(patch);
  for (uint32_t i = 0; i < image->edit_count; ++i)
    if (patch->edited[i] && !(edits[i].kind & DSU_EDIT_KEPT))
      memcpy(edits[i].target, edits[i].new_value, edits[i].size);
}

/** What the program has changed since keeps its value, with its group. */
static void undo_edits(struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  for (uint32_t i = 0; i < image->edit_count; ++i)
    patch->edited[i] = patch->edited[i] && holds_new(patch, &edits[i], i);
  join_groups(patch);
  for (uint32_t i = image->edit_count; i-- > 0;)
    if (patch->edited[i] && !(edits[i].kind & DSU_EDIT_KEPT))
      memcpy(edits[i].target, value_before(patch, &edits[i], i), edits[i].size);
}

static void set_slot(const struct dsu_patch *patch, uint32_t i, void *body) {
  __atomic_store_n(patch->state.slots[i], body, __ATOMIC_RELEASE);
}

/** Whether the variables that an update writes may be written: the program may
    have sealed them.  Their pages are private and present then. */
static bool can_edit(const struct dsu_patch *patch) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  const struct dsu_image *image = patch->state.image;
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  for (uint32_t i = 0; i < image->edit_count; ++i) {
    if (edits[i].kind & DSU_EDIT_KEPT)
      continue;
    const uintptr_t begin = (uintptr_t)edits[i].target,
                    last = begin + edits[i].size - 1;
    for (uintptr_t at = begin; at <= last; at = (at & -page) + page)
      if (!dsu_fault_in((void *)at))
        return false;
  }
  return true;
}

static enum dsu_reason commit_apply(void *context) {
  struct job *job = context;
  struct dsu_patch *patch = job->patch;
  struct dsu_image_state *base = patch->state.base;
  const struct dsu_image *image = patch->state.image;
  if (!can_edit(patch))
    return DSU_E_SEALED;
  if (!dsu_entries_change(patch, true))
    return DSU_E_CODE;
  make_edits(job);
  for (uint32_t i = 0; i < image->func_count; ++i) {
    const struct dsu_func *func = dsu_patch_func(patch, i);
    if (!(func->flags & DSU_FUNC_REPLACED))
      continue;
    patch->old_bodies[i] = load_slot(patch->state.slots[i]);
    set_slot(patch, i, (void *)(uintptr_t)dsu_rel(&func->body));
  }
  /* The records too: a fork may follow at once. */
  if (!patch->order)
    dsu_patch_keep(patch);
  patch->order = ++applications;
  patch->state.applied = true;
  base->top = &patch->state;
  base->current = image->identity;
  return DSU_OK;
}

static enum dsu_reason commit_revert(void *context) {
  struct job *job = context;
  struct dsu_patch *patch = job->patch;
  const struct dsu_image *image = patch->state.image;
  if (!can_edit(patch))
    return DSU_E_SEALED;
  if (!dsu_entries_change(patch, false))
    return DSU_E_CODE;
  undo_edits(patch);
  for (uint32_t i = 0; i < image->func_count; ++i)
    if (dsu_patch_func(patch, i)->flags & DSU_FUNC_REPLACED)
      set_slot(patch, i, patch->old_bodies[i]);
  patch->state.applied = false;
  patch->state.base->top = patch->state.below;
  patch->state.base->current = image->from;
  return DSU_OK;
}

/*--- Around the commit ------------------------------------------------------*/

static void fault_in_targets(const struct dsu_patch *patch) {
  dsu_code_fault_in();
  const struct dsu_image *image = patch->state.image;
  for (uint32_t i = 0; i < image->func_count; ++i) {
    const struct dsu_func *func = dsu_patch_func(patch, i);
    if (func->flags & DSU_FUNC_REPLACED)
      dsu_fault_in(patch->state.slots[i]);
    const volatile char *body = dsu_rel(&func->body);
    if (body)
      (void)*body;
  }
}

/*--- Carrying it out --------------------------------------------------------*/

static bool check_level(uint32_t level, struct dsu_error *error) {
  if (level == DSU_LEVEL_ACTIVENESS || level == DSU_LEVEL_REST)
    return true;
  return dsu_fail(error, DSU_E_LEVEL,
                  "level %u was asked for; 1 (activeness) and 2 (rest) exist",
                  level);
}

static const char sealed[] = "the program has made it read-only (mprotect)";

/** Makes writable what the commit writes, and faults it in. */
static bool unprotect(struct dsu_patch *patch, struct dsu_error *error) {
  slots_writable = true;
  if (dsu_fault_point("unprotect") || !dsu_slots_protect(true))
    return dsu_fail(error, DSU_E_NO_MEMORY,
                    "the slots cannot be made writable");
  if (!dsu_code_can_sync())
    return dsu_fail(error, DSU_E_CODE,
                    "the system call membarrier fails; a filter (seccomp) may "
                    "forbid it");
  fault_in_targets(patch);
  return true;
}

static void protect(void) {
  dsu_code_forget();
  if (slots_writable && !dsu_slots_protect(false))
    dsu_log("slots stay writable: the kernel refuses to protect them");
  slots_writable = false;
}

static bool run(struct job *job, const struct dsu_terms *terms,
                enum dsu_reason (*commit)(void *), struct dsu_outcome *outcome,
                struct dsu_error *error) {
  job->plan.level = dsu_patch_level(job->patch, terms);
  job->plan.deadline_ns = terms->deadline_ns;
  job->plan.context = job;
  job->plan.give_up = terms->give_up;
  if (!check_level(job->plan.level, error))
    return false;
  dsu_index_bodies();
  bool ready =
      dsu_entries_prepare(job->patch, commit == commit_apply, error) &&
      (can_edit(job->patch) || dsu_fail(error, DSU_E_SEALED, "%s", sealed));
  if (ready && !terms->dry) {
    job->plan.commit = commit;
    ready = unprotect(job->patch, error);
  }
  enum dsu_reason reason =
      ready ? dsu_stop_and_commit(&job->plan, outcome) : error->reason;
  protect();
  if (!ready || reason == DSU_OK)
    return ready;
  /* The words for what a thread was found doing are the caller's. */
  return dsu_fail(
      error, reason, "%s",
      reason == DSU_E_SEALED ? sealed
      : reason == DSU_E_CODE
          ? "/proc/self/mem cannot be opened or written, nor may it "
            "be made writable; or somebody has just changed it"
          : "");
}

bool dsu_patch_apply(struct dsu_patch *patch, const struct dsu_terms *terms,
                     struct dsu_outcome *outcome, struct dsu_error *error) {
  struct job *job = new_job(patch);
  if (!job)
    return dsu_fail(error, DSU_E_NO_MEMORY, "no memory for the plan");
  plan_apply(job);
  collect_constants(job);
  bool done = run(job, terms, commit_apply, outcome, error);
  dsu_unmap(job, job->size);
  return done;
}

bool dsu_patch_revert(struct dsu_patch *patch, const struct dsu_terms *terms,
                      struct dsu_outcome *outcome, struct dsu_error *error) {
  struct job *job = new_job(patch);
  if (!job)
    return dsu_fail(error, DSU_E_NO_MEMORY, "no memory for the plan");
  plan_revert(job);
  bool done = run(job, terms, commit_revert, outcome, error);
  dsu_unmap(job, job->size);
  return done;
}

void dsu_patch_after_fork(void) {
  dsu_code_after_fork();
  protect();
}

/*--- Which patch to revert --------------------------------------------------*/

static struct dsu_patch *newest(void) {
  struct dsu_patch *found = NULL;
  for (struct dsu_patch *p = dsu_patches(); p; p = p->next)
    if (p->state.applied && (!found || p->order > found->order))
      found = p;
  return found;
}

/** True for the beginning of the patch's identity and for its file's hash. */
static bool is_named(const struct dsu_patch *patch, const char *text) {
  char identity[DSU_ID_LONG], content[DSU_ID_LONG];
  dsu_id_text(&patch->state.image->identity, identity, sizeof(identity));
  dsu_id_text(&patch->content, content, sizeof(content));
  return strncmp(identity, text, strlen(text)) == 0 ||
         strcmp(content, text) == 0;
}

/** The patch of this name, an applied one rather than a reverted one. */
static struct dsu_patch *find_named(const char *text, bool *ambiguous) {
  struct dsu_patch *found = NULL;
  *ambiguous = false;
  for (struct dsu_patch *p = dsu_patches(); p; p = p->next) {
    if (!is_named(p, text))
      continue;
    if (found && found->state.applied && p->state.applied)
      *ambiguous = true;
    if (!found || p->state.applied)
      found = p;
  }
  return found;
}

struct dsu_patch *dsu_patch_to_revert(const char *identity,
                                      struct dsu_error *error) {
  bool ambiguous = false;
  struct dsu_patch *patch =
      *identity ? find_named(identity, &ambiguous) : newest();
  if (ambiguous) {
    dsu_fail(error, DSU_E_REQUEST, "several applied patches begin with %s",
             identity);
    return NULL;
  }
  if (!patch && !*identity) {
    dsu_fail(error, DSU_E_NOTHING_APPLIED, "there is nothing to revert");
    return NULL;
  }
  char id[DSU_ID_SHORT];
  if (!patch) {
    dsu_fail(error, DSU_E_NOT_APPLIED, "%.16s was never applied here",
             identity);
    return NULL;
  }
  if (!patch->state.applied) {
    dsu_fail(error, DSU_E_NOT_APPLIED, "%s (%s) was reverted already",
             patch->name,
             dsu_id_text(&patch->state.image->identity, id, sizeof(id)));
    return NULL;
  }
  const struct dsu_image_state *top = patch->state.base->top;
  if (top != &patch->state) {
    const struct dsu_patch *other = (const struct dsu_patch *)top;
    dsu_fail(error, DSU_E_REVERT_ORDER, "%s (%s) was applied after it",
             other->name, dsu_id_text(&top->image->identity, id, sizeof(id)));
    return NULL;
  }
  return patch;
}
