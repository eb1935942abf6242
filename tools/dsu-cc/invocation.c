/*===- invocation.c - what one call of the compiler does ------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See invocation.h.  Options are looked at from left to right, the last one of
// a kind counts, as in clang.
//
//===----------------------------------------------------------------------===*/

#include "invocation.h"

#include <string.h>

/* State of the walk. */
struct reader {
  struct dsu_invocation *invocation;
  enum dsu_language forced; /* by -x */
  bool is_forced;
};

static void note_replaced(struct dsu_invocation *invocation,
                          const char *option) {
  size_t limit = sizeof invocation->replaced / sizeof *invocation->replaced;
  if (invocation->replaced_count < limit)
    invocation->replaced[invocation->replaced_count++] = option;
}

static void read_input(struct reader *reader, const char *path) {
  struct dsu_invocation *invocation = reader->invocation;
  enum dsu_language language =
      reader->is_forced ? reader->forced : dsu_language_of_file(path);
  invocation->has_inputs = true;
  if (language == DSU_LANGUAGE_NONE)
    dsu_list_add(&invocation->files, path);
  if (language != DSU_LANGUAGE_C && language != DSU_LANGUAGE_IR)
    return;
  if (invocation->sources++ == 0)
    invocation->source = path;
}

/* -c, -S, -E and the like; clang takes the one that stops earliest. */
static bool read_stage(struct dsu_invocation *invocation, const char *option) {
  static const char *const checks[] = {"-E",
                                       "-M",
                                       "-MM",
                                       "-fsyntax-only",
                                       "--analyze",
                                       "--precompile",
                                       "-P",
                                       "-emit-ast",
                                       "--preprocess",
                                       "-rewrite-objc",
                                       "-verify-pch",
                                       "-module-file-info",
                                       "-extract-api",
                                       "--dependencies",
                                       NULL};
  enum dsu_stage stage = DSU_STAGE_LINK;
  if (dsu_is_one_of(option, checks))
    stage = DSU_STAGE_CHECK;
  else if (strcmp(option, "-S") == 0 || strcmp(option, "--assemble") == 0)
    stage = DSU_STAGE_ASSEMBLY;
  else if (strcmp(option, "-c") == 0 || strcmp(option, "--compile") == 0)
    stage = DSU_STAGE_OBJECT;
  if (stage == DSU_STAGE_LINK)
    return false;
  /* -P alone only leaves line markers out. */
  if (strcmp(option, "-P") == 0)
    return true;
  if (stage < invocation->stage)
    invocation->stage = stage;
  return true;
}

/* Levels of debug information: the last one is in force. */
static bool read_debug(struct dsu_invocation *invocation, const char *option) {
  static const char *const full[] = {
      "-g",        "-g2",       "-g3",       "-ggdb",
      "-ggdb2",    "-ggdb3",    "-glldb",    "-gdbx",
      "-gsce",     "-gdwarf",   "-gdwarf-2", "-gdwarf-3",
      "-gdwarf-4", "-gdwarf-5", "-gfull",    "-fstandalone-debug",
      NULL};
  static const char *const less[] = {"-g0",
                                     "-ggdb0",
                                     "-g1",
                                     "-ggdb1",
                                     "-gline-tables-only",
                                     "-gmlt",
                                     "-gline-directives-only",
                                     NULL};
  bool is_full = dsu_is_one_of(option, full);
  if (!is_full && !dsu_is_one_of(option, less))
    return false;
  invocation->any_debug_option = true;
  invocation->full_debug_info = is_full;
  if (!is_full)
    note_replaced(invocation, option);
  return true;
}

static bool read_lto(struct dsu_invocation *invocation, const char *option) {
  if (strcmp(option, "-fno-lto") == 0)
    invocation->lto = DSU_OFF;
  else if (strcmp(option, "-flto") == 0 || dsu_starts_with(option, "-flto="))
    invocation->lto = DSU_ON;
  else
    return false;
  return true;
}

/* Libraries and where they are looked for, in one argument. */
static bool read_library(struct dsu_invocation *invocation,
                         const char *option) {
  static const char long_form[] = "--library-directory=";
  if (dsu_starts_with(option, long_form))
    dsu_list_add(&invocation->directories, option + strlen(long_form));
  else if (dsu_starts_with(option, "-L"))
    dsu_list_add(&invocation->directories, option + strlen("-L"));
  else if (dsu_starts_with(option, "-l"))
    dsu_list_add(&invocation->libraries, option + strlen("-l"));
  else
    return false;
  invocation->has_inputs |= dsu_starts_with(option, "-l");
  return true;
}

/* One option of the linker's own, from -Wl, or -Xlinker. */
static void read_linker_option(struct dsu_invocation *invocation,
                               const char *option) {
  static const char *const shared[] = {"-shared", "--shared", "-Bshareable",
                                       "--Bshareable", NULL};
  static const char *const relocatable[] = {"-r", "--relocatable", NULL};
  static const char *const folding[] = {"--icf=all", "--icf=safe", "-icf=all",
                                        "-icf=safe", NULL};
  if (dsu_is_one_of(option, shared))
    invocation->shared = true;
  else if (dsu_is_one_of(option, relocatable))
    invocation->relocatable = true;
  else if (dsu_is_one_of(option, folding))
    note_replaced(invocation, option);
  else
    read_library(invocation, option);
}

/* -Wl,a,b,c */
static void read_linker_options(struct dsu_invocation *invocation,
                                const char *list) {
  for (const char *at = list; *at;) {
    size_t length = strcspn(at, ",");
    read_linker_option(invocation, dsu_substring(at, length));
    at += length + (at[length] == ',');
  }
}

static void read_flag(struct reader *reader, const char *option) {
  struct dsu_invocation *invocation = reader->invocation;
  static const char *const overridden[] = {
      "-fno-asynchronous-unwind-tables", "-fno-unwind-tables",
      "-ffat-lto-objects", "-funified-lto", NULL};
  static const char *const no_libc[] = {"-nostdlib", "--no-standard-libraries",
                                        "-nodefaultlibs", "-nolibc", NULL};
  dsu_refuse_unsupported(option);
  if (read_stage(invocation, option) || read_debug(invocation, option) ||
      read_lto(invocation, option) || read_library(invocation, option))
    return;
  if (dsu_starts_with(option, "-Wl,"))
    read_linker_options(invocation, option + strlen("-Wl,"));
  else if (dsu_starts_with(option, "--target="))
    dsu_refuse_target(option + strlen("--target="));
  else if (dsu_is_one_of(option, overridden))
    note_replaced(invocation, option);
  else if (dsu_starts_with(option, "-fuse-ld=") &&
           !dsu_ends_with(option, "lld"))
    note_replaced(invocation, option);
  else if (dsu_is_one_of(option, no_libc))
    invocation->no_libc = true;
  else if (strcmp(option, "-shared") == 0 || strcmp(option, "--shared") == 0)
    invocation->shared = true;
  else if (strcmp(option, "-r") == 0)
    invocation->relocatable = true;
  else if (strcmp(option, "-static-libgcc") == 0)
    invocation->static_gcc = true;
  else if (dsu_starts_with(option, "-rtlib=") ||
           dsu_starts_with(option, "--rtlib=") ||
           dsu_starts_with(option, "-unwindlib=") ||
           dsu_starts_with(option, "--unwindlib="))
    invocation->own_unwinder = true;
  else if (dsu_starts_with(option, "-fsanitize="))
    invocation->sanitized = true;
  else if (strcmp(option, "-v") == 0 || strcmp(option, "-###") == 0)
    invocation->print_commands = true;
  else if (strcmp(option, "--help") == 0 || strcmp(option, "-help") == 0)
    invocation->help = true;
  else if (strcmp(option, "--version") == 0)
    invocation->version = true;
  else if (dsu_starts_with(option, "--output="))
    invocation->output = option + strlen("--output=");
  else if (dsu_starts_with(option, "-o"))
    invocation->output = option + strlen("-o");
}

static void read_language(struct reader *reader, const char *name) {
  reader->is_forced = strcmp(name, "none") != 0;
  reader->forced = dsu_language_of_x(name);
}

/* An option whose value is the next argument. */
static void read_pair(struct reader *reader, const char *option,
                      const char *value) {
  struct dsu_invocation *invocation = reader->invocation;
  if (strcmp(option, "-o") == 0 || strcmp(option, "--output") == 0)
    invocation->output = value;
  else if (strcmp(option, "-x") == 0 || strcmp(option, "--language") == 0)
    read_language(reader, value);
  else if (strcmp(option, "-target") == 0 || strcmp(option, "--target") == 0)
    dsu_refuse_target(value);
  else if (strcmp(option, "-Xlinker") == 0)
    read_linker_option(invocation, value);
  else if (strcmp(option, "-L") == 0 || strcmp(option, "-l") == 0)
    read_library(invocation, dsu_format("%s%s", option, value));
  else if (strcmp(option, "--library-directory") == 0)
    dsu_list_add(&invocation->directories, value);
}

/* Options that start with -o, -l or -x but are not those. */
static bool is_lookalike(const char *option) {
  static const char *const names[] = {"-objcmt-", "-object", NULL};
  for (const char *const *name = names; *name; name++)
    if (dsu_starts_with(option, *name))
      return true;
  return false;
}

void dsu_read_invocation(struct dsu_invocation *invocation,
                         const struct dsu_list *arguments) {
  *invocation = (struct dsu_invocation){.stage = DSU_STAGE_LINK};
  struct reader reader = {.invocation = invocation};
  for (size_t i = 0; i < arguments->count; i++) {
    const char *argument = arguments->items[i];
    if (strcmp(argument, "--") == 0) {
      while (++i < arguments->count)
        read_input(&reader, arguments->items[i]);
      break;
    }
    if (argument[0] != '-' || argument[1] == '\0')
      read_input(&reader, argument);
    else if (dsu_takes_value(argument) && i + 1 < arguments->count)
      read_pair(&reader, argument, arguments->items[++i]);
    else if (dsu_starts_with(argument, "-x") && argument[2])
      read_language(&reader, argument + 2);
    else if (!is_lookalike(argument))
      read_flag(&reader, argument);
  }
}
