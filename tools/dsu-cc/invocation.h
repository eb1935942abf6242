/*===- invocation.h - what one call of the compiler does --------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The analysis half of dsu-cc: reads the arguments (response files opened) as
// clang would and says what the call does - print, preprocess, compile, link,
// and what comes out - without changing anything.  command.c makes the new
// command line out of it.
//
// The plain way to know which arguments are inputs is a table of the options
// that take the next argument as their value (options.c); everything else
// that does not start with '-' is a file.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_CC_INVOCATION_H
#define DSU_CC_INVOCATION_H

#include "strings.h"

/** How far clang goes. */
enum dsu_stage {
  DSU_STAGE_CHECK,    /* -E, -M, -fsyntax-only, ...: no code comes out */
  DSU_STAGE_ASSEMBLY, /* -S */
  DSU_STAGE_OBJECT,   /* -c */
  DSU_STAGE_LINK,
};

/** What a file is to clang, by its extension or -x. */
enum dsu_language {
  DSU_LANGUAGE_NONE,  /* an input of the linker */
  DSU_LANGUAGE_C,     /* C, preprocessed C, C headers */
  DSU_LANGUAGE_IR,    /* LLVM IR */
  DSU_LANGUAGE_OTHER, /* C++, assembler, ...: left alone */
};

enum dsu_switch { DSU_UNSET, DSU_ON, DSU_OFF };

struct dsu_invocation {
  enum dsu_stage stage;
  bool has_inputs;
  size_t sources;            /* inputs that become instrumented code */
  const char *source;        /* the first of them */
  struct dsu_list files;     /* inputs of the linker, but for libraries by -l */
  struct dsu_list libraries; /* what follows -l */
  struct dsu_list directories; /* what follows -L */
  const char *output;          /* -o, or a null pointer */
  enum dsu_switch lto;         /* the user's last -flto or -fno-lto */
  bool full_debug_info;        /* a -g option with types is in force */
  bool any_debug_option;       /* the user chose a level of debug information */
  bool shared, relocatable;
  bool static_gcc;         /* -static-libgcc */
  bool own_unwinder;       /* the user chose run-time library or unwinder */
  bool sanitized;          /* -fsanitize= */
  bool no_libc;            /* -nostdlib and the like */
  bool print_commands;     /* -v or -### */
  bool help, version;      /* --help, --version: no other work is done */
  const char *replaced[8]; /* options that dsu-cc overrides, for the notes */
  size_t replaced_count;
};

/** Reads `arguments` (response files opened).  An option that cannot work
    with DSU ends the program with a message that names it. */
void dsu_read_invocation(struct dsu_invocation *invocation,
                         const struct dsu_list *arguments);

/** The flags among `arguments` (response files opened) that code generation
    depends on, in one line (flags.c). */
const char *dsu_code_flags(const struct dsu_list *arguments);

/** Whether the option takes the next argument as its value (options.c). */
bool dsu_takes_value(const char *option);

/** Language of a file name or of the value of -x (options.c). */
enum dsu_language dsu_language_of_file(const char *path);
enum dsu_language dsu_language_of_x(const char *name);

/** Ends the program if DSU cannot do what the option asks (options.c). */
void dsu_refuse_unsupported(const char *option);

/** Ends the program if the target is not x86-64 Linux with glibc. */
void dsu_refuse_target(const char *triple);

#endif /* DSU_CC_INVOCATION_H */
