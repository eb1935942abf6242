/*===- flags.c - the flags that code generation depends on ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Optimized code can be compared only if both versions were compiled alike.
// Clang does not say how a unit was compiled, so dsu-cc hands the flags to the
// plugin (DSU_FLAGS), which keeps them in the program file for dsu-diff.
//
// In are the optimization level, -std, -m and -f options.  Out is what another
// build of the same sources may have differently: macros (what they do is in
// the code), names of files and directories, debug information, diagnostics,
// and what dsu-cc decides itself.  An option that a later one overrides is not
// there, and the order of what is left counts.
//
//===----------------------------------------------------------------------===*/

#include "invocation.h"

#include <string.h>

/* -f options, without "-f" and "no-", by their beginnings. */
static bool is_harmless(const char *name) {
  static const char *const beginnings[] = {"ansi-escape-codes",
                                           "asynchronous-unwind-tables",
                                           "bracket-depth",
                                           "caret-diagnostics",
                                           "color-diagnostics",
                                           "coverage-compilation-dir",
                                           "coverage-prefix-map",
                                           "crash-diagnostics",
                                           "debug-",
                                           "depfile",
                                           "diagnostics",
                                           "eliminate-unused-debug",
                                           "error-limit",
                                           "fat-lto-objects",
                                           "file-compilation-dir",
                                           "file-prefix-map",
                                           "integrated-",
                                           "limit-debug-info",
                                           "lto",
                                           "macro-backtrace-limit",
                                           "macro-prefix-map",
                                           "message-length",
                                           "modules",
                                           "optimization-record",
                                           "parse-all-comments",
                                           "pass-plugin",
                                           "plugin",
                                           "proc-stat-report",
                                           "profile-prefix-map",
                                           "record-command-line",
                                           "save-optimization-record",
                                           "show-",
                                           "spell-checking",
                                           "stack-usage",
                                           "standalone-debug",
                                           "syntax-only",
                                           "time-",
                                           "unified-lto",
                                           "unwind-tables",
                                           "use-ld",
                                           "verbose-asm",
                                           NULL};
  for (const char *const *beginning = beginnings; *beginning; beginning++)
    if (dsu_starts_with(name, *beginning))
      return true;
  return false;
}

/* The name of an -f or -m option, whether it is turned on or off. */
static const char *option_name(const char *option) {
  const char *name = option + 2;
  return dsu_starts_with(name, "no-") ? name + strlen("no-") : name;
}

static bool is_relevant(const char *option) {
  if (dsu_starts_with(option, "-std=") || strcmp(option, "-ansi") == 0)
    return true;
  if (dsu_starts_with(option, "-f"))
    return !is_harmless(option_name(option));
  return dsu_starts_with(option, "-m") && strcmp(option, "-m64") != 0;
}

/* Whether `later` makes `earlier` void. */
static bool overrides(const char *later, const char *earlier) {
  if (strcmp(later, earlier) == 0)
    return true;
  if (dsu_starts_with(later, "-std=") || strcmp(later, "-ansi") == 0)
    return dsu_starts_with(earlier, "-std=") || strcmp(earlier, "-ansi") == 0;
  /* Sanitizers add up. */
  if (later[1] != earlier[1] || strstr(later, "sanitize"))
    return false;
  const char *a = option_name(later), *b = option_name(earlier);
  size_t length = strcspn(a, "=");
  return strcspn(b, "=") == length && strncmp(a, b, length) == 0;
}

static void add_flag(struct dsu_list *flags, const char *option) {
  size_t kept = 0;
  for (size_t i = 0; i < flags->count; i++)
    if (!overrides(option, flags->items[i]))
      flags->items[kept++] = flags->items[i];
  flags->count = kept;
  /* A path: where it is does not matter. */
  const char *value = strchr(option, '=');
  if (value && strchr(value, '/'))
    option = dsu_substring(option, (size_t)(value + 1 - option));
  dsu_list_add(flags, option);
}

/* Clang's names for the same level. */
static const char *plain_level(const char *option) {
  if (strcmp(option, "-O") == 0)
    return "-O1";
  return option[2] >= '4' && option[2] <= '9' ? "-O3" : option;
}

const char *dsu_code_flags(const struct dsu_list *arguments) {
  const char *level = "-O0";
  struct dsu_list flags = {0};
  for (size_t i = 0; i < arguments->count; i++) {
    const char *option = arguments->items[i];
    const char *next = i + 1 < arguments->count ? arguments->items[i + 1] : "";
    if (strcmp(option, "--") == 0)
      break;
    if (*next && strcmp(option, "-mllvm") == 0)
      dsu_list_add(&flags, dsu_format("-mllvm %s", next));
    else if (strcmp(option, "-Xclang") == 0 && is_relevant(next))
      dsu_list_add(&flags, dsu_format("-Xclang %s", next));
    if (dsu_takes_value(option))
      i++;
    else if (dsu_starts_with(option, "-O") && strcmp(option, "-ObjC") != 0)
      level = plain_level(option);
    else if (is_relevant(option))
      add_flag(&flags, option);
  }
  const char *text = level;
  for (size_t i = 0; i < flags.count; i++)
    text = dsu_format("%s %s", text, flags.items[i]);
  return text;
}
