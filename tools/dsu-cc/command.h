/*===- command.h - the command line that dsu-cc runs ------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From what the user wrote and what it means (invocation.h) to what clang gets:
// the user's arguments unchanged and in order, ours after them (so that ours
// are in force), all between --start-no-unused-arguments and its end, so that
// no -Werror build stumbles over them.  Also the environment for the plugin.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_CC_COMMAND_H
#define DSU_CC_COMMAND_H

#include "invocation.h"

/** dsu-cc's own options. */
struct dsu_own_options {
  bool help, verbose, quiet, no_lto, no_program;
  const char *program;    /* --dsu-program=FILE */
  const char *root;       /* --dsu-root=DIR */
  struct dsu_list plugin; /* key=value for DSU_OPTIONS */
};

/** Where everything is. */
struct dsu_places {
  const char *clang;
  const char *lld;
  const char *plugin;
  const char *runtime;
  const char *strong_runtime; /* for programs with sanitizers */
  const char *symbols;        /* what executables export for the runtime */
  const char *unwind;         /* LLVM's libunwind.a */
};

/** Finds the tools; what is missing is only an error once it is needed. */
void dsu_find_places(struct dsu_places *places);

/** What to run and with which environment. */
struct dsu_command {
  struct dsu_list arguments;
  const char *program_out; /* DSU_PROGRAM_OUT, null: unset */
  struct dsu_list notes;   /* for -v and --dsu-verbose */
  const char *warning;     /* for everybody, null: none */
};

/** Makes the command; `user` is what clang gets of the user's arguments. */
void dsu_make_command(struct dsu_command *command,
                      const struct dsu_invocation *invocation,
                      const struct dsu_own_options *own,
                      const struct dsu_places *places,
                      const struct dsu_list *user);

#endif /* DSU_CC_COMMAND_H */
