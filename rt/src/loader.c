/*===- loader.c - from a file descriptor to a patch that could be applied -===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything that can be refused is refused before dlopen, by reading the file:
// its structure (patch_file.c), the version that it is for, the functions that
// must be running, every import.  dlopen then only finds undefined symbols of
// libraries.  What it has mapped is compared with what was checked.
//
// A child of fork must not inherit the dynamic linker's state half changed:
// fork waits while the patch is opened or closed.
//
//===----------------------------------------------------------------------===*/

#include "loader.h"

#include "descriptor.h"
#include "fault.h"
#include "fork.h"
#include "log.h"
#include "memory.h"
#include "patch_file.h"
#include "stop.h"
#include "tls.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { MAX_RANGES = 16 };

static const uint64_t max_patch_size = 64u << 20;

static struct dsu_patch *patches;

struct dsu_patch *dsu_patches(void) { return patches; }

void dsu_patch_keep(struct dsu_patch *patch) {
  struct dsu_patch **link = &patches;
  while (*link)
    link = &(*link)->next;
  *link = patch;
  dsu_add_patch(&patch->state);
}

/*--- The file ---------------------------------------------------------------*/

/** Maps a file whose bytes nobody can change any more. */
static const void *map_sealed(int fd, uint64_t *size, struct dsu_error *error) {
  enum { SEALS = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK };
  struct stat status = {0};
  if (fstat(fd, &status) != 0) {
    dsu_fail(error, DSU_E_PATCH_LOAD, "the system call fstat fails: %s",
             strerrorname_np(errno));
    return NULL;
  }
  if (!S_ISREG(status.st_mode)) {
    dsu_fail(error, DSU_E_PATCH_NOT_REGULAR, "it was sent as something else");
    return NULL;
  }
  int seals = fcntl(fd, F_GET_SEALS);
  if (seals < 0 || (seals & SEALS) != SEALS) {
    dsu_fail(error, DSU_E_REQUEST,
             "the patch has to come in a sealed memory file");
    return NULL;
  }
  *size = (uint64_t)status.st_size;
  if (*size == 0) {
    dsu_fail(error, DSU_E_PATCH_EMPTY, "it has no bytes");
    return NULL;
  }
  if (*size > max_patch_size) {
    dsu_fail(error, DSU_E_TOO_LARGE, "%llu bytes, %llu are allowed",
             (unsigned long long)*size, (unsigned long long)max_patch_size);
    return NULL;
  }
  void *bytes = dsu_fault_point("map-file")
                    ? MAP_FAILED
                    : mmap(NULL, *size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (bytes == MAP_FAILED) {
    dsu_fail(error, DSU_E_NO_MEMORY, "the patch cannot be mapped");
    return NULL;
  }
  return bytes;
}

/*--- Does it fit the program? -----------------------------------------------*/

static void describe_versions(char *text, size_t size) {
  size_t used = 0;
  text[0] = 0;
  for (struct dsu_image_state *s = dsu_images(); s && used < size;
       s = s->next) {
    if (s->base != s)
      continue;
    char id[DSU_ID_SHORT];
    int n = snprintf(text + used, size - used, "%s%s", used ? ", " : "",
                     dsu_id_text(&s->current, id, sizeof(id)));
    used += n > 0 ? (size_t)n : 0;
  }
}

/** Where the version is one that the program has had, what to do about it. */
static void describe_place(const dsu_id *version, char *text, size_t size) {
  char id[DSU_ID_SHORT];
  text[0] = 0;
  for (struct dsu_image_state *s = dsu_images(); s; s = s->next) {
    if (!dsu_id_equal(&s->image->identity, version))
      continue;
    const struct dsu_patch *top = (const struct dsu_patch *)s->base->top;
    if (s->base->top != s->base && s->base == s)
      snprintf(text, size,
               ": that is how the program was built, and %.64s (%s) is in: "
               "revert that first, or make the patch from its .dsu.bc",
               top->name,
               dsu_id_text(&top->state.image->identity, id, sizeof(id)));
  }
  for (struct dsu_patch *p = patches; p; p = p->next)
    if (!p->state.applied && dsu_id_equal(&p->state.image->identity, version))
      snprintf(text, size,
               ": that is what %.64s makes, which was reverted: apply it first",
               p->name);
}

static struct dsu_image_state *find_base(const struct dsu_image *image,
                                         struct dsu_error *error) {
  char id[DSU_ID_SHORT], running[256], place[256];
  for (struct dsu_image_state *base = dsu_images(); base; base = base->next) {
    if (base->base != base)
      continue;
    bool applied = dsu_id_equal(&base->current, &image->identity);
    for (struct dsu_image_state *p = base->top; p && !applied; p = p->below)
      applied = dsu_id_equal(&p->image->identity, &image->identity);
    if (applied) {
      const bool built = dsu_id_equal(&base->image->identity, &image->identity);
      dsu_fail(error, DSU_E_ALREADY_APPLIED,
               built ? "the program was built as version %s, which the patch "
                       "makes (dsu-diff wants the old version first)"
                     : "version %s, which the patch makes, is in already",
               dsu_id_text(&image->identity, id, sizeof(id)));
      return NULL;
    }
  }
  struct dsu_image_state *base = dsu_find_base(&image->from);
  if (!base) {
    describe_versions(running, sizeof(running));
    describe_place(&image->from, place, sizeof(place));
    dsu_fail(error, DSU_E_IDENTITY,
             "it was made for version %s; what runs is %s%s",
             dsu_id_text(&image->from, id, sizeof(id)),
             running[0] ? running : "nothing that can be updated", place);
  }
  return base;
}

static bool check_running_functions(const struct dsu_patch_file *file,
                                    struct dsu_image_state *base,
                                    struct dsu_error *error) {
  const struct dsu_func *funcs = dsu_patch_file_funcs(file);
  for (uint32_t i = 0; i < file->image->func_count; ++i) {
    const char *name = dsu_patch_file_func_name(file, i);
    const struct dsu_func *old = dsu_find_function(base, name);
    if (funcs[i].flags & DSU_FUNC_NEW) {
      if (old)
        return dsu_fail(error, DSU_E_IDENTITY,
                        "function %s is new in the patch, but the program has "
                        "one of that name",
                        name);
      continue;
    }
    if (!old || !dsu_find_slot(base, name))
      return dsu_fail(error, DSU_E_PATCH_IMPORT,
                      "function %s, which the patch refers to", name);
    if (funcs[i].old_hash && funcs[i].old_hash != old->hash)
      return dsu_fail(error, DSU_E_IDENTITY,
                      "function %s runs with code %016llx, the patch was made "
                      "against %016llx",
                      name, (unsigned long long)old->hash,
                      (unsigned long long)funcs[i].old_hash);
  }
  return true;
}

/** The libraries that it names must be there: loading one would run code. */
static bool check_libraries(const struct dsu_patch_file *file,
                            struct dsu_error *error) {
  for (uint64_t i = 0; i < file->elf.dynamic_count; ++i) {
    const Elf64_Dyn *entry = &file->elf.dynamic[i];
    if (entry->d_tag != DT_NEEDED)
      continue;
    const char *name =
        entry->d_un.d_val < file->elf.strings_size
            ? dsu_elf_string(&file->elf, file->elf.strings + entry->d_un.d_val)
            : NULL;
    void *handle = name ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    if (!handle)
      return dsu_fail(error, DSU_E_PATCH_IMPORT,
                      "library %s, which the program has not loaded",
                      name ? name : "(unnamed)");
    dlclose(handle);
  }
  return true;
}

/*--- Imports ----------------------------------------------------------------*/

/** Offset of a thread-local from the thread pointer; false if it is not the
    same in every thread. */
static bool thread_offset(const struct dsu_image *owner,
                          const struct dsu_data *data, uint64_t *offset) {
  void *(*find)(uint32_t) =
      (void *(*)(uint32_t))(uintptr_t)dsu_rel(&owner->tls_addr);
  size_t size, align;
  if (!find || !dsu_tls_static_block(&size, &align))
    return false;
  uintptr_t pointer;
  __asm__("movq %%fs:0, %0" : "=r"(pointer));
  uintptr_t address = (uintptr_t)find(data->tls);
  *offset = address - pointer;
  return address < pointer && pointer - address <= size;
}

static bool resolve_data(struct dsu_image_state *base,
                         const struct dsu_import *import, uint64_t *value,
                         struct dsu_error *error) {
  bool local = import->kind == DSU_TLS_IMPORT;
  const struct dsu_image *owner;
  const struct dsu_data *data = dsu_find_data(base, import->identity, &owner);
  if (!data || local != !!(data->flags & DSU_DATA_TLS))
    return dsu_fail(error, DSU_E_PATCH_IMPORT, "%s %s",
                    local ? "thread-local" : "global variable",
                    import->identity);
  if (!local)
    *value = (uintptr_t)dsu_rel(&data->addr);
  else if (!thread_offset(owner, data, value))
    return dsu_fail(error, DSU_E_PATCH_IMPORT,
                    "thread-local %s at a fixed place in every thread; its "
                    "library was loaded after the start: compile it with "
                    "-ftls-model=initial-exec, or link it to the program",
                    import->identity);
  return true;
}

static bool resolve(struct dsu_image_state *base,
                    const struct dsu_import *import, uint64_t *value,
                    struct dsu_error *error) {
  void *address = NULL;
  switch (import->kind) {
  case DSU_SLOT_IMPORT:
    address = dsu_find_slot(base, import->identity);
    if (!address)
      return dsu_fail(error, DSU_E_PATCH_IMPORT, "function %s",
                      import->identity);
    break;
  case DSU_ADDR_IMPORT:
    address = dsu_find_function_address(base, import->identity);
    if (!address)
      return dsu_fail(error, DSU_E_PATCH_IMPORT,
                      "an address that stands for function %s",
                      import->identity);
    break;
  case DSU_EXT_IMPORT:
    if (!dsu_find_external(base, import->identity, &address))
      return dsu_fail(error, DSU_E_PATCH_IMPORT, "external symbol %s",
                      import->identity);
    break;
  default:
    return resolve_data(base, import, value, error);
  }
  *value = (uintptr_t)address;
  return true;
}

struct import_job {
  struct dsu_image_state *base;
  uintptr_t address; /* 0: only look everything up */
  struct dsu_error *error;
};

static bool do_import(const struct dsu_import *import, void *context) {
  struct import_job *job = context;
  uint64_t value = 0;
  if (!resolve(job->base, import, &value, job->error))
    return false;
  if (job->address) {
    value += (uint64_t)import->addend;
    memcpy((void *)(job->address + import->offset), &value, sizeof(value));
  }
  return true;
}

/*--- Loading ----------------------------------------------------------------*/

/** Paths are kept for ever, each once: a program may remember what it was told
    by dl_iterate_phdr, also of a patch that is gone. */
static const char *keep_path(const char *path) {
  struct kept {
    struct kept *next;
    char path[];
  };
  enum { CHUNK = 8192 };
  static _Alignas(struct kept) char first_chunk[CHUNK]; /* no new mapping */
  static char *room = first_chunk;
  static size_t left = CHUNK;
  static struct kept *all;
  for (struct kept *kept = all; kept; kept = kept->next)
    if (strcmp(kept->path, path) == 0)
      return kept->path;
  const size_t align = _Alignof(struct kept), length = strlen(path) + 1;
  const size_t size = (sizeof(struct kept) + length + align - 1) & -align;
  if (size > left) {
    char *chunk = dsu_map(CHUNK); /* DSU_MAX_REQUEST is less */
    if (!chunk)
      return NULL;
    room = chunk;
    left = CHUNK;
  }
  struct kept *kept = (struct kept *)room;
  room += size;
  left -= size;
  memcpy(kept->path, path, length);
  kept->next = all;
  all = kept;
  return kept->path;
}

static struct dsu_patch *new_patch(const struct dsu_patch_file *file,
                                   const char *path) {
  size_t funcs = file->image->func_count, edits = file->image->edit_count;
  size_t size = sizeof(struct dsu_patch) +
                funcs * (2 * sizeof(void *) + sizeof(struct dsu_entry)) +
                edits * (sizeof(void *) + sizeof(bool));
  const char *kept = keep_path(path);
  struct dsu_patch *patch =
      !kept || dsu_fault_point("records") ? NULL : dsu_map(size);
  if (!patch)
    return NULL;
  patch->size = size;
  patch->content = file->content;
  void **arrays = (void **)(patch + 1);
  patch->state.slots = (void ***)arrays;
  patch->old_bodies = arrays + funcs;
  patch->old_pointers = arrays + 2 * funcs;
  patch->entries = (struct dsu_entry *)(arrays + 2 * funcs + edits);
  patch->edited = (bool *)(patch->entries + funcs);
  patch->path = kept;
  patch->name = dsu_base_name(patch->path);
  return patch;
}

/** What was mapped is what was checked. */
static bool check_mapping(const struct dsu_patch *patch,
                          const struct dsu_patch_file *file,
                          struct dsu_error *error) {
  for (uint32_t i = 0; i < file->elf.phdr_count; ++i) {
    const Elf64_Phdr *part = &file->elf.phdrs[i];
    if (part->p_type == PT_LOAD && !(part->p_flags & PF_W) &&
        memcmp((const void *)(patch->address + part->p_vaddr),
               file->elf.bytes + part->p_offset, part->p_filesz) != 0)
      return dsu_fail(error, DSU_E_PATCH_LOAD,
                      "the dynamic linker mapped another file");
  }
  return true;
}

static void fill_slots(struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  const struct dsu_func *funcs = dsu_image_funcs(image);
  for (uint32_t i = 0; i < image->func_count; ++i)
    patch->state.slots[i] =
        funcs[i].flags & DSU_FUNC_NEW
            ? &dsu_image_slots(image)[funcs[i].slot]
            : dsu_find_slot(patch->state.base, dsu_rel(&funcs[i].name));
}

/** New functions' slots lead to them, and edits stay where they may write. */
static bool check_contents(const struct dsu_patch *patch,
                           struct dsu_error *error) {
  const struct dsu_image *image = patch->state.image;
  const struct dsu_func *funcs = dsu_image_funcs(image);
  for (uint32_t i = 0; i < image->func_count; ++i)
    if ((funcs[i].flags & DSU_FUNC_NEW) &&
        *patch->state.slots[i] != dsu_rel(&funcs[i].body))
      return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                      "the slot of new function %s does not lead to it",
                      (const char *)dsu_rel(&funcs[i].name));
  struct dsu_range own[2 * MAX_RANGES], data[MAX_RANGES];
  unsigned own_count = dsu_object_ranges(image, false, own, MAX_RANGES);
  own_count += dsu_object_ranges(image, true, own + own_count, MAX_RANGES);
  const struct dsu_edit *edits = dsu_rel(&image->edits);
  for (uint32_t i = 0; i < image->edit_count; ++i) {
    const struct dsu_edit *edit = &edits[i];
    unsigned count = dsu_object_ranges(edit->target, true, data, MAX_RANGES);
    const bool text =
        (edit->kind & ~(uint32_t)DSU_EDIT_FLAGS) == DSU_EDIT_CSTRING;
    size_t old_size = text ? 1 : edit->size;
    if (!dsu_in_ranges(data, count, (uintptr_t)edit->target, edit->size) ||
        (!(edit->kind & DSU_EDIT_KEPT) &&
         !dsu_in_ranges(own, own_count, (uintptr_t)edit->new_value,
                        edit->size)) ||
        !dsu_in_ranges(own, own_count, (uintptr_t)edit->old_value, old_size))
      return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                      "edit %u does not lie in writable data of the program",
                      i);
  }
  return true;
}

/** Opens the object and fills it in; `patch` may be half done on failure. */
static bool open_patch(struct dsu_patch *patch,
                       const struct dsu_patch_file *file, int fd,
                       struct dsu_error *error) {
  if (!dsu_open_object(fd, file->bytes, file->size, &patch->object, error))
    return false;
  dsu_name_object(&patch->object, patch->path);
  patch->address = patch->object.map->l_addr;
  patch->state.image =
      (const struct dsu_image *)(patch->address + file->address);
  struct import_job job = {patch->state.base, patch->address, error};
  if (!check_mapping(patch, file, error) ||
      !dsu_patch_file_imports(file, do_import, &job))
    return false;
  fill_slots(patch);
  if (!check_contents(patch, error))
    return false;
  if (dsu_fault_point("protect") ||
      !dsu_slots_protect_image(patch->state.image, false))
    return dsu_fail(error, DSU_E_NO_MEMORY,
                    "the patch's slots cannot be protected");
  return true;
}

/** A patch from the same file that was applied in the same place before. */
static struct dsu_patch *find_kept(const struct dsu_patch_file *file,
                                   const struct dsu_image_state *base) {
  for (struct dsu_patch *patch = patches; patch; patch = patch->next)
    if (patch->state.base == base && patch->state.below == base->top &&
        !patch->state.applied && dsu_id_equal(&patch->content, &file->content))
      return patch;
  return NULL;
}

/** The file may be elsewhere than it was before. */
static void call_by(struct dsu_patch *patch, const char *path) {
  const char *kept = keep_path(path);
  if (!kept)
    return;
  patch->path = kept;
  patch->name = dsu_base_name(kept);
  dsu_name_object(&patch->object, kept);
}

static struct dsu_patch *load(const struct dsu_patch_file *file, int fd,
                              const char *path, struct dsu_error *error) {
  struct dsu_image_state *base = find_base(file->image, error);
  if (!base)
    return NULL;
  struct dsu_patch *patch = find_kept(file, base);
  if (patch) {
    call_by(patch, path);
    return patch;
  }
  struct import_job job = {base, 0, error};
  if (!check_running_functions(file, base, error) ||
      !dsu_patch_file_imports(file, do_import, &job) ||
      !check_libraries(file, error))
    return NULL;
  patch = new_patch(file, path);
  if (!patch) {
    dsu_fail(error, DSU_E_NO_MEMORY, "no memory for the patch's records");
    return NULL;
  }
  patch->state.base = base;
  patch->state.below = base->top;
  dsu_fork_lock();
  bool opened = open_patch(patch, file, fd, error);
  dsu_fork_unlock();
  if (opened)
    return patch;
  dsu_patch_unload(patch);
  return NULL;
}

struct dsu_patch *dsu_patch_load(int fd, const char *path,
                                 struct dsu_error *error) {
  struct dsu_patch_file file;
  struct dsu_patch *patch = NULL;
  uint64_t size = 0;
  const void *bytes = map_sealed(fd, &size, error);
  if (bytes && dsu_patch_file_read(&file, bytes, size, error))
    patch = load(&file, fd, path, error);
  if (bytes)
    munmap((void *)(uintptr_t)bytes, size);
  dsu_descriptor_close(&fd);
  return patch;
}

void dsu_patch_unload(struct dsu_patch *patch) {
  if (!patch || patch->order)
    return;
  dsu_fork_lock();
  dsu_close_object(&patch->object);
  dsu_fork_unlock();
  dsu_unmap(patch->state.by_body,
            patch->state.by_body_count * sizeof(*patch->state.by_body));
  dsu_unmap(patch, patch->size);
}
