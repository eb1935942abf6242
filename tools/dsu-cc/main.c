/*===- main.c - dsu-cc, the compiler for updatable programs ---------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// dsu-cc is clang, plus what makes the result updatable, so that
//
//   CC=dsu-cc ./configure && make
//
// just works.  It reads its arguments (invocation.c), decides per call whether
// C is compiled, whether something is linked, or neither; adds DSU's options
// (command.c); and becomes clang by exec.  There is no shell, no temporary
// file and (but for --version) no second process.  What it does not understand
// it leaves to clang; what cannot work it refuses by name.
//
//===----------------------------------------------------------------------===*/

#include "command.h"
#include "invocation.h"
#include "response.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char help[] =
    "dsu-cc: clang for programs that can be updated while they run\n"
    "\n"
    "usage: dsu-cc [clang's options] [DSU's options] file...\n"
    "\n"
    "Takes all of clang's options. Beside each executable and shared library "
    "X\n"
    "it writes X.dsu.bc, from which dsu-diff makes patches. DSU's options:\n"
    "\n"
    "  --help, --version              also what clang says\n"
    "  --dsu-help                     this text\n"
    "  --dsu-launch COMPILER ...      take COMPILER's place (before all else)\n"
    "  --dsu-verbose                  print the command that is run, and "
    "notes\n"
    "  --dsu-quiet                    do not name objects of other "
    "compilers\n"
    "  --dsu-no-lto                   instrument file by file, without LTO\n"
    "  --dsu-program=FILE             write the program file to FILE\n"
    "  --dsu-no-program               write no program file\n"
    "  --dsu-root=DIR                 sources are named relative to DIR\n"
    "  --dsu-exclude-function=GLOB    leave functions alone (not updatable)\n"
    "  --dsu-exclude-file=GLOB        leave all functions of a file alone\n"
    "  --dsu-include-function=GLOB    make functions updatable all the same\n"
    "  --dsu-lifelong=NAME            a function whose frame never leaves\n"
    "  --dsu-through-slots=GLOB       functions whose code is never written "
    "to\n"
    "\n"
    "The last five can be repeated, and take lists with commas.\n"
    "Environment: DSU_CLANG, the compiler to run; DSU_LIBDIR, the directory "
    "of\n"
    "DSUPass.so and libdsu_rt.a; DSU_ROOT, as --dsu-root; DSU_OPTIONS,\n"
    "key=value[,value...];... with the keys exclude-functions, exclude-files,\n"
    "include-functions, lifelong and through-slots.\n"
    "Manual: dsu-cc(1), and dsu(7) for the whole; in the sources docs/man.\n";

static const char version_line[] =
    "dsu-cc " DSU_VERSION ": programs that it builds can be updated while they "
    "run; see dsu-cc --dsu-help\n";

/* Options that go on to the plugin: spelling and key in DSU_OPTIONS. */
static bool read_plugin_option(struct dsu_own_options *own,
                               const char *option) {
  static const struct {
    const char *spelling, *key;
  } table[] = {
      {"--dsu-exclude-function=", "exclude-functions"},
      {"--dsu-exclude-file=", "exclude-files"},
      {"--dsu-include-function=", "include-functions"},
      {"--dsu-lifelong=", "lifelong"},
      {"--dsu-through-slots=", "through-slots"},
  };
  for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
    if (!dsu_starts_with(option, table[i].spelling))
      continue;
    const char *value = option + strlen(table[i].spelling);
    if (strchr(value, ';'))
      dsu_fatal("%s: a value may not contain ';'", option);
    dsu_list_add(&own->plugin, dsu_format("%s=%s", table[i].key, value));
    return true;
  }
  return false;
}

static void read_own_option(struct dsu_own_options *own, const char *option) {
  if (strcmp(option, "--dsu-help") == 0)
    own->help = true;
  else if (strcmp(option, "--dsu-verbose") == 0)
    own->verbose = true;
  else if (strcmp(option, "--dsu-quiet") == 0)
    own->quiet = true;
  else if (strcmp(option, "--dsu-no-lto") == 0)
    own->no_lto = true;
  else if (strcmp(option, "--dsu-no-program") == 0)
    own->no_program = true;
  else if (dsu_starts_with(option, "--dsu-program="))
    own->program = option + strlen("--dsu-program=");
  else if (dsu_starts_with(option, "--dsu-root="))
    own->root = option + strlen("--dsu-root=");
  else if (!read_plugin_option(own, option))
    dsu_fatal("unknown option '%s'; see dsu-cc --dsu-help", option);
}

/* With --dsu-launch COMPILER in front of the compiler's arguments, dsu-cc takes
   the place of COMPILER, as build systems start a "launcher".  All that
   matters of COMPILER is whether it is the C++ driver. */
static void launch_for(const char *compiler, struct dsu_list *user) {
  if (user->count > 0)
    dsu_fatal("--dsu-launch must come before the compiler's arguments");
  if (!compiler)
    dsu_fatal("--dsu-launch needs the compiler's command after it");
  if (strstr(dsu_base_name(compiler), "++"))
    dsu_list_add(user, "--driver-mode=g++");
}

/* Takes DSU's own options out; the rest is clang's. */
static void split_arguments(int argc, char **argv, struct dsu_own_options *own,
                            struct dsu_list *user) {
  bool only_files = false;
  for (int i = 1; i < argc; i++) {
    only_files |= strcmp(argv[i], "--") == 0;
    if (!only_files && dsu_takes_value(argv[i]) && i + 1 < argc) {
      dsu_list_add(user, argv[i]);
      dsu_list_add(user, argv[++i]);
    } else if (!only_files && strcmp(argv[i], "--dsu-launch") == 0) {
      launch_for(argv[++i], user);
    } else if (!only_files && dsu_starts_with(argv[i], "--dsu-")) {
      read_own_option(own, argv[i]);
    } else {
      dsu_list_add(user, argv[i]);
    }
  }
}

static void set_variable(const char *name, const char *value) {
  if (value ? setenv(name, value, 1) != 0 : unsetenv(name) != 0)
    dsu_fatal("cannot set %s: %s", name, strerror(errno));
}

/* The plugin runs inside clang and lld, which hand no options of ours on; it
   reads these variables. */
static void set_environment(const struct dsu_own_options *own,
                            const struct dsu_command *command,
                            const char *flags) {
  set_variable("DSU_PROGRAM_OUT", command->program_out);
  set_variable("DSU_FLAGS", flags);
  if (own->root)
    set_variable("DSU_ROOT", own->root);
  if (own->plugin.count == 0)
    return;
  const char *options = getenv("DSU_OPTIONS");
  for (size_t i = 0; i < own->plugin.count; i++)
    options = options && *options
                  ? dsu_format("%s;%s", options, own->plugin.items[i])
                  : own->plugin.items[i];
  set_variable("DSU_OPTIONS", options);
}

static void print_quoted(const char *text) {
  fputs(" \"", stderr);
  for (; *text; text++) {
    if (strchr("\"\\$", *text))
      fputc('\\', stderr);
    fputc(*text, stderr);
  }
  fputc('"', stderr);
}

static void print_command(const struct dsu_command *command) {
  static const char *const variables[] = {"DSU_PROGRAM_OUT", "DSU_ROOT",
                                          "DSU_OPTIONS", "DSU_FLAGS"};
  for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
    if (getenv(variables[i]))
      fprintf(stderr, "dsu-cc: %s=%s\n", variables[i], getenv(variables[i]));
  fputs("dsu-cc: running", stderr);
  for (size_t i = 0; i < command->arguments.count; i++)
    print_quoted(command->arguments.items[i]);
  fputc('\n', stderr);
}

static _Noreturn void run_clang(const char *clang, const struct dsu_list *all) {
  execvp(clang, (char *const *)all->items);
  dsu_fatal("cannot run the compiler '%s': %s; set DSU_CLANG to a clang of the "
            "version that DSU was built for",
            clang, strerror(errno));
}

static size_t read_all(int fd, char *text, size_t size) {
  size_t used = 0;
  ssize_t got;
  while ((got = read(fd, text + used, size - used)) > 0)
    used += (size_t)got;
  return used;
}

/* Clang, in a child that writes to the pipe. */
static pid_t start_clang(const char *clang, const struct dsu_list *all,
                         const int ends[2]) {
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    run_clang(clang, all);
  }
  close(ends[1]);
  return child;
}

/* Scripts look for clang's name in the first line, and for its version in the
   first number: DSU's line comes last.  All is written at once: who reads only
   the first line (head -1) must not make us fail. */
static int print_version(const char *clang, const struct dsu_list *all) {
  enum { SIZE = 16384 };
  char text[SIZE + sizeof(version_line)];
  int ends[2], status = 0;
  if (pipe(ends) != 0)
    dsu_fatal("cannot make a pipe: %s", strerror(errno));
  pid_t child = start_clang(clang, all, ends);
  size_t used = read_all(ends[0], text, SIZE);
  close(ends[0]);
  if (child < 0 || waitpid(child, &status, 0) != child)
    dsu_fatal("cannot run the compiler '%s': %s", clang, strerror(errno));
  if (status == 0) {
    memcpy(text + used, version_line, sizeof(version_line) - 1);
    used += sizeof(version_line) - 1;
  }
  if (write(STDOUT_FILENO, text, used) != (ssize_t)used)
    dsu_fatal("cannot write: %s", strerror(errno));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv) {
  struct dsu_own_options own = {0};
  struct dsu_list user = {0}, expanded = {0};
  split_arguments(argc, argv, &own, &user);
  if (own.help) {
    fputs(help, stdout);
    return 0;
  }
  struct dsu_invocation invocation;
  dsu_expand_responses(&user, &expanded);
  dsu_read_invocation(&invocation, &expanded);

  struct dsu_places places;
  struct dsu_command command;
  dsu_find_places(&places);
  dsu_make_command(&command, &invocation, &own, &places, &user);
  set_environment(&own, &command, dsu_code_flags(&expanded));
  if (own.verbose || invocation.print_commands)
    for (size_t i = 0; i < command.notes.count; i++)
      fprintf(stderr, "dsu-cc: note: %s\n", command.notes.items[i]);
  if (command.warning)
    fprintf(stderr, "dsu-cc: note: %s\n", command.warning);
  if (own.verbose)
    print_command(&command);
  if (invocation.version)
    return print_version(places.clang, &command.arguments);
  if (invocation.help) {
    printf("%s\nThe rest is clang's help.\n\n", help);
    fflush(stdout);
  }
  run_clang(places.clang, &command.arguments);
}
