/*===- options.c - what dsu-cc knows about clang's options ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Three tables: options whose value is the next argument, languages by
// extension, and options that DSU refuses, each with its reason and way out.
// An option that is not listed is clang's business alone.
//
//===----------------------------------------------------------------------===*/

#include "invocation.h"

#include <string.h>

bool dsu_takes_value(const char *option) {
  static const char *const names[] = {"-o",
                                      "-x",
                                      "-I",
                                      "-L",
                                      "-l",
                                      "-D",
                                      "-U",
                                      "-F",
                                      "-B",
                                      "-T",
                                      "-u",
                                      "-z",
                                      "-e",
                                      "-A",
                                      "-G",
                                      "-h",
                                      "-include",
                                      "-imacros",
                                      "-isystem",
                                      "-iquote",
                                      "-idirafter",
                                      "-isysroot",
                                      "-iprefix",
                                      "-iwithprefix",
                                      "-iwithprefixbefore",
                                      "-iwithsysroot",
                                      "-isystem-after",
                                      "-iframework",
                                      "-iframeworkwithsysroot",
                                      "-cxx-isystem",
                                      "-stdlib++-isystem",
                                      "-include-pch",
                                      "-ivfsoverlay",
                                      "-imultilib",
                                      "-working-directory",
                                      "-MF",
                                      "-MT",
                                      "-MQ",
                                      "-MJ",
                                      "-Xlinker",
                                      "-Xclang",
                                      "-Xassembler",
                                      "-Xpreprocessor",
                                      "-Xanalyzer",
                                      "-Xarch_host",
                                      "-Xarch_device",
                                      "-Xopenmp-target",
                                      "-Xthinlto-backend",
                                      "-mllvm",
                                      "-mmlir",
                                      "-target",
                                      "--target",
                                      "-arch",
                                      "--param",
                                      "--sysroot",
                                      "-sysroot",
                                      "-framework",
                                      "-rpath",
                                      "-init",
                                      "-fini",
                                      "-Tbss",
                                      "-Tdata",
                                      "-Ttext",
                                      "--config",
                                      "-serialize-diagnostics",
                                      "--serialize-diagnostics",
                                      "-dependency-file",
                                      "-dependency-dot",
                                      "-aux-info",
                                      "-dumpdir",
                                      "--analyzer-output",
                                      "-fplugin-arg",
                                      "-gen-reproducer-dir",
                                      "--output",
                                      "--language",
                                      "--include",
                                      "--include-directory",
                                      "--define-macro",
                                      "--undefine-macro",
                                      "--library-directory",
                                      "--prefix",
                                      "-wrapper",
                                      "-fmodules-user-build-path",
                                      "-fprofile-remapping-file",
                                      "-bundle_loader",
                                      "-undefined",
                                      "-current_version",
                                      "-compatibility_version",
                                      NULL};
  return dsu_is_one_of(option, names);
}

enum dsu_language dsu_language_of_file(const char *path) {
  static const char *const c[] = {".c", ".i", ".h", NULL};
  static const char *const ir[] = {".ll", ".bc", NULL};
  static const char *const other[] = {
      ".cc",  ".cp",  ".cxx", ".cpp", ".CPP",  ".c++", ".C",   ".CC",
      ".ii",  ".hh",  ".hp",  ".hxx", ".hpp",  ".HPP", ".h++", ".H",
      ".tcc", ".s",   ".S",   ".sx",  ".asm",  ".m",   ".M",   ".mm",
      ".mi",  ".mii", ".cu",  ".cui", ".hip",  ".cl",  ".f",   ".F",
      ".f90", ".F90", ".ast", ".pcm", ".cppm", ".ixx", NULL};
  const char *dot = strrchr(dsu_base_name(path), '.');
  if (!dot)
    return DSU_LANGUAGE_NONE;
  if (dsu_is_one_of(dot, c))
    return DSU_LANGUAGE_C;
  if (dsu_is_one_of(dot, ir))
    return DSU_LANGUAGE_IR;
  return dsu_is_one_of(dot, other) ? DSU_LANGUAGE_OTHER : DSU_LANGUAGE_NONE;
}

enum dsu_language dsu_language_of_x(const char *name) {
  static const char *const c[] = {"c", "cpp-output", "c-header", NULL};
  if (dsu_is_one_of(name, c))
    return DSU_LANGUAGE_C;
  if (strcmp(name, "ir") == 0)
    return DSU_LANGUAGE_IR;
  return strcmp(name, "none") == 0 ? DSU_LANGUAGE_NONE : DSU_LANGUAGE_OTHER;
}

void dsu_refuse_target(const char *triple) {
  bool processor =
      dsu_starts_with(triple, "x86_64-") || dsu_starts_with(triple, "amd64-");
  bool system = strstr(triple, "-linux") != NULL;
  bool library =
      !strstr(triple, "-linux-") || (dsu_ends_with(triple, "-linux-gnu"));
  if (!processor || !system || !library)
    dsu_fatal("target '%s' is not supported: DSU works on x86-64 Linux with "
              "glibc only; use plain clang for other targets",
              triple);
}

/* One refused option: exact, or by prefix when `prefix` is set. */
struct refusal {
  const char *option;
  bool prefix;
  const char *reason;
};

void dsu_refuse_unsupported(const char *option) {
  static const struct refusal refusals[] = {
      {"-flto=thin", false,
       "DSU needs the whole program in one module at the link; use -flto=full "
       "(or leave it out, dsu-cc adds it), or --dsu-no-lto"},
      {"-static", false,
       "a static executable cannot load patches; link dynamically (single "
       "libraries may be static)"},
      {"-static-pie", false,
       "a static executable cannot load patches; link dynamically (single "
       "libraries may be static)"},
      {"-m32", false, "DSU works on x86-64 only; use plain clang for it"},
      {"-m16", false, "DSU works on x86-64 only; use plain clang for it"},
      {"-mx32", false, "DSU works on x86-64 only; use plain clang for it"},
      {"-fsanitize=cfi", true,
       "patched functions would not be in its jump tables; leave it out"},
      {"-fsanitize=kcfi", true,
       "calls of updatable functions carry no type; leave it out"},
      {"-fsanitize=thread", true,
       "its stand-ins for libc's functions and the runtime's exclude each "
       "other; leave it out"},
      {"-mstack-alignment=", true,
       "the runtime expects the 16 bytes of the ABI; leave it out"},
      {"-mcmodel=large", false,
       "patches are reached by distances of 32 bits; use -mcmodel=medium"},
      {"-fsplit-machine-functions", false,
       "the cold part of a function would not be known as that function on a "
       "stack; leave it out"},
      {"-fbasic-block-sections=", true,
       "parts of a function would not be known as that function on a stack; "
       "leave it out"},
      {"-fsplit-stack", false,
       "stacks in pieces cannot be examined; leave it out"},
  };
  if (strcmp(option, "-fbasic-block-sections=none") == 0)
    return;
  for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
    const struct refusal *entry = &refusals[i];
    if (entry->prefix ? dsu_starts_with(option, entry->option)
                      : strcmp(option, entry->option) == 0)
      dsu_fatal("%s is not supported: %s", option, entry->reason);
  }
}
