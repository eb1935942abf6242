/*===- command.c - the command line that dsu-cc runs ----------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See command.h.  Everything for the linker goes through -Xlinker: it has no
// trouble with commas in paths, and a forgotten `-x c` of the user's does not
// turn our archives into source files.
//
//===----------------------------------------------------------------------===*/

#include "command.h"

#include "foreign.h"

#include <string.h>
#include <unistd.h>

static bool is_instrumented(const struct dsu_invocation *invocation) {
  return invocation->sources > 0 && invocation->stage > DSU_STAGE_CHECK;
}

static bool is_link(const struct dsu_invocation *invocation) {
  return invocation->stage == DSU_STAGE_LINK && invocation->has_inputs;
}

/* Without LTO every file is instrumented at the end of its own pipeline.  That
   is also the only way to get real assembler out of -S. */
static bool uses_lto(const struct dsu_invocation *invocation,
                     const struct dsu_own_options *own) {
  if (own->no_lto || invocation->lto == DSU_OFF)
    return false;
  return invocation->stage != DSU_STAGE_ASSEMBLY || invocation->lto == DSU_ON;
}

static const char *require(const char *path, const char *what) {
  if (access(path, R_OK) != 0)
    dsu_fatal("%s '%s' is missing: build or install DSU completely, or say "
              "where it is by DSU_LIBDIR",
              what, path);
  return path;
}

static void link_with(struct dsu_list *out, const char *argument) {
  dsu_list_add(out, "-Xlinker");
  dsu_list_add(out, argument);
}

static void add_compile(struct dsu_command *command,
                        const struct dsu_invocation *invocation,
                        const struct dsu_own_options *own,
                        const struct dsu_places *places) {
  struct dsu_list *out = &command->arguments;
  dsu_list_add(out, dsu_format("-fpass-plugin=%s",
                               require(places->plugin, "the pass plugin")));
  dsu_list_add(out, uses_lto(invocation, own) ? "-flto=full" : "-fno-lto");
  if (!invocation->full_debug_info)
    dsu_list_add(out, "-g");
  dsu_list_add(out, "-fasynchronous-unwind-tables");
}

/* The runtime's stack walker is LLVM's libunwind, private to the runtime.  Its
   archive also defines the exception handling entry points (_Unwind_Resume
   and so on): those must still come from the unwinder that the program would
   have had, so that one is named first. */
static void add_runtime(struct dsu_list *out,
                        const struct dsu_invocation *invocation,
                        const struct dsu_places *places) {
  link_with(out, "--push-state");
  link_with(out, "--whole-archive");
  link_with(out, require(invocation->sanitized ? places->strong_runtime
                                               : places->runtime,
                         "the runtime"));
  link_with(out, "--no-whole-archive");
  if (!invocation->own_unwinder) {
    link_with(out, "--as-needed");
    link_with(out, "-lgcc");
    link_with(out, invocation->static_gcc ? "-lgcc_eh" : "-lgcc_s");
  }
  link_with(out, require(places->unwind, "LLVM's libunwind"));
  link_with(out, "-lpthread");
  link_with(out, "-ldl");
  link_with(out, "--pop-state");
  link_with(out,
            dsu_format("--exclude-libs=%s", dsu_base_name(places->unwind)));
  link_with(out, dsu_format("--export-dynamic-symbol-list=%s",
                            require(places->symbols, "the list of exports")));
}

static void add_link(struct dsu_command *command,
                     const struct dsu_invocation *invocation,
                     const struct dsu_own_options *own,
                     const struct dsu_places *places) {
  struct dsu_list *out = &command->arguments;
  /* Objects made elsewhere may be bitcode even when this call says -fno-lto,
     so the linker always gets the plugin. */
  if (!is_instrumented(invocation) && uses_lto(invocation, own))
    dsu_list_add(out, "-flto=full");
  dsu_list_add(out, "-fuse-ld=lld");
  dsu_list_add(out, dsu_format("--ld-path=%s", places->lld));
  link_with(out, dsu_format("--load-pass-plugin=%s",
                            require(places->plugin, "the pass plugin")));
  if (invocation->relocatable)
    return;
  /* Folding gives one body to two functions: a stack would not tell them
     apart. */
  link_with(out, "--icf=none");
  if (invocation->shared) {
    /* Slots, stacks and stored pointers refer to it for ever. */
    link_with(out, "-z");
    link_with(out, "nodelete");
    return;
  }
  if (invocation->no_libc)
    dsu_list_add(&command->notes,
                 "no C library is linked, so neither is DSU's runtime: the "
                 "program will not be updatable");
  else
    add_runtime(out, invocation, places);
}

/* Configure scripts link many small programs and look at nothing but the exit
   status: no program file for those. */
static bool is_probe(const struct dsu_invocation *invocation,
                     const char *output) {
  if (dsu_starts_with(dsu_base_name(output), "conftest") ||
      strcmp(output, "/dev/null") == 0)
    return true;
  return !invocation->output && invocation->source &&
         dsu_starts_with(dsu_base_name(invocation->source), "conftest.");
}

/* Name of the object that clang makes of a source without -o. */
static const char *default_object(const char *source) {
  const char *name = dsu_base_name(source);
  const char *dot = strrchr(name, '.');
  size_t stem = dot ? (size_t)(dot - name) : strlen(name);
  return dsu_format("%s.o", dsu_substring(name, stem));
}

static const char *output_name(const struct dsu_invocation *invocation) {
  if (invocation->output)
    return invocation->output;
  return is_link(invocation) ? "a.out" : default_object(invocation->source);
}

static const char *program_file(const struct dsu_invocation *invocation,
                                const struct dsu_own_options *own,
                                struct dsu_list *notes) {
  if (own->no_program || invocation->relocatable)
    return NULL;
  bool lto = uses_lto(invocation, own);
  bool linking = is_link(invocation);
  if (lto && !linking)
    return NULL;
  if (!lto && !is_instrumented(invocation))
    return linking && own->program ? own->program : NULL;
  if (!lto && invocation->sources > 1) {
    dsu_list_add(notes, "several files without LTO in one call: no .dsu.bc is "
                        "written; compile them one by one");
    return NULL;
  }
  if (own->program)
    return own->program;
  const char *output = output_name(invocation);
  return is_probe(invocation, output) ? NULL : dsu_format("%s.dsu.bc", output);
}

static void add_notes(struct dsu_command *command,
                      const struct dsu_invocation *invocation) {
  for (size_t i = 0; i < invocation->replaced_count; i++)
    dsu_list_add(&command->notes,
                 dsu_format("%s is overridden: an updatable program cannot do "
                            "with it",
                            invocation->replaced[i]));
}

static const char *warning(const struct dsu_invocation *invocation,
                           const struct dsu_own_options *own) {
  struct dsu_list inputs = {0}, found = {0};
  if (own->quiet || !is_link(invocation) ||
      is_probe(invocation, output_name(invocation)))
    return NULL;
  dsu_list_add_all(&inputs, &invocation->files);
  dsu_find_libraries(&invocation->libraries, &invocation->directories, &inputs);
  dsu_find_foreign(&inputs, &found);
  return found.count ? dsu_format("%s: %s", output_name(invocation),
                                  dsu_foreign_text(&found))
                     : NULL;
}

static void add_ours(struct dsu_command *command,
                     const struct dsu_invocation *invocation,
                     const struct dsu_own_options *own,
                     const struct dsu_places *places) {
  struct dsu_list *out = &command->arguments;
  bool compile = is_instrumented(invocation), link = is_link(invocation);
  if (!compile && !link)
    return;
  dsu_list_add(out, "--start-no-unused-arguments");
  if (compile)
    add_compile(command, invocation, own, places);
  if (uses_lto(invocation, own)) {
    dsu_list_add(out, "-fno-fat-lto-objects");
    dsu_list_add(out, "-fno-unified-lto");
  }
  if (link)
    add_link(command, invocation, own, places);
  dsu_list_add(out, "--end-no-unused-arguments");
  add_notes(command, invocation);
}

void dsu_make_command(struct dsu_command *command,
                      const struct dsu_invocation *invocation,
                      const struct dsu_own_options *own,
                      const struct dsu_places *places,
                      const struct dsu_list *user) {
  *command = (struct dsu_command){0};
  dsu_list_add(&command->arguments, places->clang);
  size_t i = 0;
  /* After `--` there are only inputs: ours go in front of it. */
  for (; i < user->count && strcmp(user->items[i], "--") != 0; i++)
    dsu_list_add(&command->arguments, user->items[i]);
  add_ours(command, invocation, own, places);
  for (; i < user->count; i++)
    dsu_list_add(&command->arguments, user->items[i]);
  command->warning = warning(invocation, own);
  command->program_out = program_file(invocation, own, &command->notes);
}
