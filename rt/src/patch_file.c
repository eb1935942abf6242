/*===- patch_file.c - a patch that nobody has loaded yet ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See patch_file.h.  A relative field (REL) is followed in the file as it will
// be in memory: its own virtual address plus its value.
//
//===----------------------------------------------------------------------===*/

#include "patch_file.h"

#include "sha256.h"

#include <stddef.h>
#include <string.h>

static bool corrupt(struct dsu_error *error, const char *what, uint32_t index) {
  return dsu_fail(error, DSU_E_PATCH_CORRUPT, "%s (entry %u)", what, index);
}

/** Virtual address that a REL field refers to, 0 for none. */
static uint64_t target(uint64_t field_address, int32_t value) {
  return value ? field_address + (uint64_t)(int64_t)value : 0;
}

/* Address of FIELD of element INDEX of a table of TYPE, and what it refers
   to. */
#define FIELD_TARGET(TABLE_ADDRESS, ENTRIES, INDEX, FIELD)                     \
  target((TABLE_ADDRESS) + (INDEX) * sizeof((ENTRIES)[0]) +                    \
             (uint64_t)((const char *)&(ENTRIES)[INDEX].FIELD -                \
                        (const char *)&(ENTRIES)[INDEX]),                      \
         (ENTRIES)[INDEX].FIELD)

#define IMAGE_TARGET(FILE, FIELD)                                              \
  target((FILE)->address + offsetof(struct dsu_image, FIELD),                  \
         (FILE)->image->FIELD)

/*--- The file as a whole ----------------------------------------------------*/

/** Splits the trailer off; false only if it is there and does not fit. */
static bool check_trailer(struct dsu_patch_file *file, bool *present,
                          struct dsu_error *error) {
  *present = false;
  if (file->size < DSU_TRAILER_SIZE)
    return true;
  uint64_t covered = file->size - DSU_TRAILER_SIZE;
  const unsigned char *trailer = (const unsigned char *)file->bytes + covered;
  size_t magic = sizeof(DSU_TRAILER_MAGIC) - 1;
  if (memcmp(trailer, DSU_TRAILER_MAGIC, magic) != 0)
    return true;
  *present = true;
  dsu_sha256(file->bytes, covered, file->content.bytes);
  if (memcmp(trailer + magic, file->content.bytes, DSU_ID_SIZE) != 0)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "its content does not match the SHA-256 at its end");
  return true;
}

static bool find_descriptor(struct dsu_patch_file *file,
                            struct dsu_error *error) {
  const Elf64_Sym *symbol = dsu_elf_find(&file->elf, DSU_PATCH_SYMBOL);
  if (!symbol)
    return dsu_fail(error, DSU_E_PATCH_NOT_DSU, "it does not define %s",
                    DSU_PATCH_SYMBOL);
  file->address = symbol->st_value;
  file->image = dsu_elf_at(&file->elf, file->address, 2 * sizeof(uint32_t), 4);
  if (!file->image || file->image->magic != (uint32_t)DSU_IMAGE_MAGIC)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT, "%s is not a descriptor",
                    DSU_PATCH_SYMBOL);
  if (file->image->abi_version != DSU_ABI_VERSION)
    return dsu_fail(error, DSU_E_PATCH_ABI,
                    "version %u; the running program has version %d",
                    file->image->abi_version, DSU_ABI_VERSION);
  file->image =
      dsu_elf_at(&file->elf, file->address, sizeof(struct dsu_image), 4);
  if (!file->image)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the descriptor does not lie in the file");
  if (file->image->kind != DSU_IMAGE_PATCH)
    return dsu_fail(error, DSU_E_PATCH_NOT_DSU,
                    "its descriptor is of kind %u, not a patch",
                    file->image->kind);
  if (file->image->level < DSU_LEVEL_ACTIVENESS ||
      file->image->level > DSU_LEVEL_VERSION)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT, "its consistency level is %u",
                    file->image->level);
  return true;
}

/** Refuses what would run code or change memory before the checks are done. */
static bool check_behaviour(const struct dsu_patch_file *file,
                            struct dsu_error *error) {
  static const struct {
    int64_t tag;
    const char *what;
  } forbidden[] = {{DT_INIT, "an initialization function"},
                   {DT_INIT_ARRAY, "constructors"},
                   {DT_PREINIT_ARRAY, "constructors"},
                   {DT_FINI, "a termination function"},
                   {DT_FINI_ARRAY, "destructors"},
                   {DT_TEXTREL, "relocations in its code"}};
  uint64_t value;
  for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); ++i)
    if (dsu_elf_tag(&file->elf, forbidden[i].tag, &value))
      return dsu_fail(error, DSU_E_PATCH_LOAD, "it has %s", forbidden[i].what);
  for (uint32_t i = 0; i < file->elf.phdr_count; ++i) {
    const Elf64_Phdr *part = &file->elf.phdrs[i];
    if (part->p_type == PT_GNU_RELRO)
      return dsu_fail(error, DSU_E_PATCH_LOAD,
                      "it was linked without -z norelro");
    if (part->p_type == PT_LOAD && (part->p_flags & PF_W) &&
        (part->p_flags & PF_X))
      return dsu_fail(error, DSU_E_PATCH_LOAD,
                      "a part of it is both writable and executable");
  }
  return true;
}

/*--- Tables -----------------------------------------------------------------*/

static bool check_function(const struct dsu_patch_file *file, uint64_t table,
                           const struct dsu_func *funcs, uint32_t i,
                           struct dsu_error *error) {
  enum { KINDS = DSU_FUNC_REPLACED | DSU_FUNC_REMOVED | DSU_FUNC_NEW };
  uint32_t kind = funcs[i].flags & KINDS;
  if (kind & (kind - 1))
    return corrupt(error, "a function is of two kinds", i);
  uint64_t body = FIELD_TARGET(table, funcs, i, body);
  uint64_t addr = FIELD_TARGET(table, funcs, i, addr);
  bool has_body = kind == DSU_FUNC_REPLACED || kind == DSU_FUNC_NEW;
  if (has_body != (body != 0) ||
      (body && !dsu_elf_holds(&file->elf, body, 1, PF_X)))
    return corrupt(error, "a function's body is not code", i);
  if (funcs[i].flags & DSU_FUNC_ENTRY)
    return corrupt(error, "a function is redirected at an entry of its own", i);
  if (addr && !dsu_elf_holds(&file->elf, addr, 1, PF_X))
    return corrupt(error, "a function's address is not code", i);
  if (kind == DSU_FUNC_NEW ? funcs[i].slot >= file->image->slot_count
                           : funcs[i].slot != (uint32_t)DSU_NO_SLOT)
    return corrupt(error, "a function has the wrong slot", i);
  return true;
}

/** Names lie in the file and are sorted without a repetition. */
static bool check_name(const struct dsu_patch_file *file, uint64_t address,
                       const char **last, uint32_t i, struct dsu_error *error) {
  const char *name = address ? dsu_elf_string(&file->elf, address) : NULL;
  if (!name || !*name)
    return corrupt(error, "a name does not lie in the file", i);
  if (*last && strcmp(*last, name) >= 0)
    return corrupt(error, "a table is not sorted by name", i);
  *last = name;
  return true;
}

static bool check_functions(const struct dsu_patch_file *file,
                            struct dsu_error *error) {
  uint32_t count = file->image->func_count;
  uint64_t table = IMAGE_TARGET(file, funcs);
  const struct dsu_func *funcs = dsu_patch_file_funcs(file);
  if (count && !funcs)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of functions does not lie in the file");
  const char *last = NULL;
  for (uint32_t i = 0; i < count; ++i)
    if (!check_name(file, FIELD_TARGET(table, funcs, i, name), &last, i,
                    error) ||
        !check_function(file, table, funcs, i, error))
      return false;
  return true;
}

static bool check_slots(const struct dsu_patch_file *file,
                        struct dsu_error *error) {
  uint32_t count = file->image->slot_count;
  uint64_t table = IMAGE_TARGET(file, slots);
  if (count == 0)
    return true;
  if (table % DSU_SLOT_ALIGN != 0 ||
      !dsu_elf_holds(&file->elf, table, (uint64_t)count * 8, PF_W))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of slots is not where it may be");
  return true;
}

static bool check_data(const struct dsu_patch_file *file,
                       struct dsu_error *error) {
  uint32_t count = file->image->data_count;
  uint64_t table = IMAGE_TARGET(file, data);
  const struct dsu_data *data =
      dsu_elf_at(&file->elf, table, count * sizeof(*data), 8);
  if (count && (!table || !data))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of globals does not lie in the file");
  const char *last = NULL;
  for (uint32_t i = 0; i < count; ++i) {
    if (!check_name(file, FIELD_TARGET(table, data, i, name), &last, i, error))
      return false;
    uint64_t addr = FIELD_TARGET(table, data, i, addr);
    if (data[i].flags & DSU_DATA_TLS) {
      if (addr || !file->image->tls_addr)
        return corrupt(error, "a thread-local has no way to be found", i);
    } else if (!addr || !dsu_elf_holds(&file->elf, addr, data[i].size, PF_R)) {
      return corrupt(error, "a global does not lie in the patch", i);
    }
    if (data[i].align == 0 || (data[i].align & (data[i].align - 1)))
      return corrupt(error, "a global's alignment is no power of two", i);
  }
  uint64_t tls = IMAGE_TARGET(file, tls_addr);
  if (tls && !dsu_elf_holds(&file->elf, tls, 1, PF_X))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the function that finds thread-locals is not code");
  return true;
}

static bool check_externals(const struct dsu_patch_file *file,
                            struct dsu_error *error) {
  uint64_t count = file->image->ext_count;
  uint64_t table = IMAGE_TARGET(file, ext_names);
  uint64_t addrs = IMAGE_TARGET(file, ext_addrs);
  const struct dsu_ext_name *names =
      dsu_elf_at(&file->elf, table, count * sizeof(*names), 4);
  if (count &&
      (!table || !names || !addrs || addrs % 8 != 0 ||
       !dsu_elf_holds(&file->elf, addrs, count * sizeof(void *), PF_R)))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of externals does not lie in the file");
  for (uint32_t i = 0; i < count; ++i) {
    const char *last = NULL;
    if (!check_name(file, FIELD_TARGET(table, names, i, name), &last, i, error))
      return false;
  }
  return true;
}

static bool check_edits(const struct dsu_patch_file *file,
                        struct dsu_error *error) {
  uint32_t count = file->image->edit_count;
  uint64_t table = IMAGE_TARGET(file, edits);
  const struct dsu_edit *edits =
      dsu_elf_at(&file->elf, table, count * sizeof(*edits), 8);
  if (count && (!table || !edits))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of edits does not lie in the file");
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t kind = edits[i].kind & ~(uint32_t)DSU_EDIT_FLAGS;
    if (kind != DSU_EDIT_BYTES && kind != DSU_EDIT_CSTRING)
      return corrupt(error, "an edit is of an unknown kind", i);
    if (edits[i].size == 0 ||
        (kind == DSU_EDIT_CSTRING && edits[i].size != sizeof(char *)))
      return corrupt(error, "an edit has an impossible size", i);
  }
  return true;
}

static bool check_sites(const struct dsu_patch_file *file,
                        struct dsu_error *error) {
  uint32_t count = file->image->site_count;
  uint64_t table = IMAGE_TARGET(file, sites);
  const struct dsu_site *sites =
      dsu_elf_at(&file->elf, table, count * sizeof(*sites), 4);
  const struct dsu_func *funcs = dsu_patch_file_funcs(file);
  if (count && (!table || !sites))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the table of call sites does not lie in the file");
  for (uint32_t i = 0; i < count; ++i) {
    if (sites[i].func >= file->image->func_count ||
        (funcs[sites[i].func].flags & (DSU_FUNC_REMOVED | DSU_FUNC_NEW)))
      return corrupt(error, "a call site belongs to no running function", i);
    if (i && (sites[i].func < sites[i - 1].func ||
              (sites[i].func == sites[i - 1].func &&
               (sites[i].ret < sites[i - 1].ret ||
                (sites[i].ret && sites[i].ret == sites[i - 1].ret)))))
      return corrupt(error, "the table of call sites is not sorted", i);
  }
  return true;
}

/** Texts for messages: absent, or NUL-terminated in the file. */
static bool check_texts(const struct dsu_patch_file *file,
                        struct dsu_error *error) {
  uint64_t name = IMAGE_TARGET(file, name);
  uint64_t producer = IMAGE_TARGET(file, producer);
  if ((name && !dsu_elf_string(&file->elf, name)) ||
      (producer && !dsu_elf_string(&file->elf, producer)))
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the patch's name does not lie in the file");
  return true;
}

/*--- Imports ----------------------------------------------------------------*/

static enum dsu_import_kind import_kind(const char *name,
                                        const char **identity) {
  static const struct {
    const char *prefix;
    enum dsu_import_kind kind;
  } table[] = {{DSU_IMPORT_SLOT, DSU_SLOT_IMPORT},
               {DSU_IMPORT_ADDR, DSU_ADDR_IMPORT},
               {DSU_IMPORT_DATA, DSU_DATA_IMPORT},
               {DSU_IMPORT_TLS, DSU_TLS_IMPORT},
               {DSU_IMPORT_EXT, DSU_EXT_IMPORT}};
  for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); ++i) {
    size_t length = strlen(table[i].prefix);
    if (strncmp(name, table[i].prefix, length) == 0) {
      *identity = name + length;
      return table[i].kind;
    }
  }
  return DSU_NO_IMPORT;
}

static bool check_relocation(const struct dsu_patch_file *file,
                             const Elf64_Rela *entry, bool lazy,
                             struct dsu_error *error) {
  uint32_t type = ELF64_R_TYPE(entry->r_info);
  const Elf64_Sym *symbol = &file->elf.symbols[ELF64_R_SYM(entry->r_info)];
  const char *name = dsu_elf_symbol_name(&file->elf, symbol);
  if (!name)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT, "a symbol has no name");
  /* The dynamic linker would call a resolver before imports are filled in. */
  if (type == R_X86_64_IRELATIVE ||
      (symbol->st_shndx != SHN_UNDEF &&
       ELF64_ST_TYPE(symbol->st_info) == STT_GNU_IFUNC))
    return dsu_fail(error, DSU_E_PATCH_LOAD,
                    "ifunc %s would run code while it is loaded", name);
  if (type == R_X86_64_COPY)
    return dsu_fail(error, DSU_E_PATCH_LOAD,
                    "a copy relocation names %s; it was not linked as a "
                    "shared object",
                    name);
  const char *identity;
  enum dsu_import_kind kind = import_kind(name, &identity);
  if (kind == DSU_NO_IMPORT)
    return true;
  bool fits = kind == DSU_TLS_IMPORT
                  ? type == R_X86_64_TPOFF64
                  : type == R_X86_64_GLOB_DAT || type == R_X86_64_64;
  if (symbol->st_shndx != SHN_UNDEF ||
      ELF64_ST_BIND(symbol->st_info) != STB_WEAK)
    return dsu_fail(error, DSU_E_PATCH_LOAD,
                    "import %s is not an undefined weak symbol", name);
  if (lazy || !fits)
    return dsu_fail(error, DSU_E_PATCH_LOAD,
                    "import %s is used by relocation type %u, which cannot "
                    "be applied",
                    name, type);
  return true;
}

static bool check_relocations(const struct dsu_patch_file *file,
                              struct dsu_error *error) {
  for (int t = 0; t < 2; ++t)
    for (uint64_t i = 0; i < file->elf.relocations[t].count; ++i)
      if (!check_relocation(file, &file->elf.relocations[t].entries[i], t == 1,
                            error))
        return false;
  return true;
}

bool dsu_patch_file_imports(const struct dsu_patch_file *file,
                            bool (*each)(const struct dsu_import *, void *),
                            void *context) {
  for (uint64_t i = 0; i < file->elf.relocations[0].count; ++i) {
    const Elf64_Rela *entry = &file->elf.relocations[0].entries[i];
    const Elf64_Sym *symbol = &file->elf.symbols[ELF64_R_SYM(entry->r_info)];
    struct dsu_import import = {.offset = entry->r_offset,
                                .addend = entry->r_addend};
    import.kind =
        import_kind(dsu_elf_symbol_name(&file->elf, symbol), &import.identity);
    if (import.kind != DSU_NO_IMPORT && !each(&import, context))
      return false;
  }
  return true;
}

/*--- Entry points -----------------------------------------------------------*/

const struct dsu_func *dsu_patch_file_funcs(const struct dsu_patch_file *file) {
  uint64_t table = IMAGE_TARGET(file, funcs);
  if (!table)
    return NULL;
  return dsu_elf_at(&file->elf, table,
                    file->image->func_count * sizeof(struct dsu_func), 8);
}

const char *dsu_patch_file_func_name(const struct dsu_patch_file *file,
                                     uint32_t index) {
  const struct dsu_func *funcs = dsu_patch_file_funcs(file);
  return dsu_elf_string(
      &file->elf, FIELD_TARGET(IMAGE_TARGET(file, funcs), funcs, index, name));
}

bool dsu_patch_file_read(struct dsu_patch_file *file, const void *bytes,
                         uint64_t size, struct dsu_error *error) {
  *file = (struct dsu_patch_file){.bytes = bytes, .size = size};
  bool trailer;
  if (!check_trailer(file, &trailer, error) ||
      !dsu_elf_identify(bytes, size, error))
    return false;
  uint64_t covered = trailer ? size - DSU_TRAILER_SIZE : size;
  if (!dsu_elf_read(&file->elf, bytes, covered, error) ||
      !find_descriptor(file, error))
    return false;
  /* Checked last of these, so that an ordinary library is called one. */
  if (!trailer)
    return dsu_fail(error, DSU_E_PATCH_CORRUPT,
                    "the SHA-256 at its end is missing: it was cut off");
  return check_behaviour(file, error) && check_slots(file, error) &&
         check_functions(file, error) && check_data(file, error) &&
         check_externals(file, error) && check_edits(file, error) &&
         check_sites(file, error) && check_texts(file, error) &&
         check_relocations(file, error);
}
