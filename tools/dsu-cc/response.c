/*===- response.c - reading response files --------------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See response.h.  Nesting is bounded: a file that includes itself is an
// error of the user's that clang reports in its own words, so beyond the bound
// the argument is simply taken as it is.
//
//===----------------------------------------------------------------------===*/

#include "response.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MAX_NESTING = 32 };

/* Whole file as a string, or a null pointer when it cannot be read. */
static char *read_file(const char *path) {
  FILE *file = fopen(path, "re");
  if (!file)
    return NULL;
  struct stat status;
  if (fstat(fileno(file), &status) != 0 || S_ISDIR(status.st_mode)) {
    fclose(file);
    return NULL;
  }
  char *text = NULL;
  size_t length = 0, capacity = 0;
  do {
    if (length + 4096 > capacity) {
      capacity = capacity ? capacity * 2 : 8192;
      char *larger = realloc(text, capacity);
      if (!larger)
        dsu_fatal("out of memory");
      text = larger;
    }
    length += fread(text + length, 1, capacity - length - 1, file);
  } while (!feof(file) && !ferror(file));
  fclose(file);
  text[length] = '\0';
  return text;
}

/* Takes one argument off `*text` by GNU rules: blanks separate, a backslash
   takes the next character as it is, and so do quotes (in which a backslash
   still counts).  Returns a null pointer at the end. */
static const char *next_argument(const char **text) {
  const char *at = *text;
  while (isspace((unsigned char)*at))
    at++;
  if (!*at)
    return NULL;
  char *out = malloc(strlen(at) + 1);
  if (!out)
    dsu_fatal("out of memory");
  size_t length = 0;
  char quote = 0;
  for (; *at && (quote || !isspace((unsigned char)*at)); at++) {
    if (*at == '\\' && at[1])
      out[length++] = *++at;
    else if (quote ? *at == quote : *at == '"' || *at == '\'')
      quote = quote ? 0 : *at;
    else
      out[length++] = *at;
  }
  out[length] = '\0';
  *text = at;
  return out;
}

static void expand(const char *argument, struct dsu_list *out, int depth) {
  char *text = NULL;
  if (argument[0] == '@' && depth < MAX_NESTING)
    text = read_file(argument + 1);
  if (!text) {
    dsu_list_add(out, argument);
    return;
  }
  const char *at = text;
  for (const char *next; (next = next_argument(&at));) {
    /* They are passed on unchanged, and clang would not know these. */
    if (dsu_starts_with(next, "--dsu-"))
      dsu_fatal("%s in response file '%s': DSU's own options belong on the "
                "command line",
                next, argument + 1);
    if (next[0] == '-' && next[1] == '-' && next[2] == '\0')
      dsu_fatal("'--' in response file '%s' is not supported; write it on the "
                "command line",
                argument + 1);
    expand(next, out, depth + 1);
  }
}

void dsu_expand_responses(const struct dsu_list *arguments,
                          struct dsu_list *out) {
  for (size_t i = 0; i < arguments->count; i++)
    expand(arguments->items[i], out, 0);
}
