/*===- print.c - replies for people -------------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See print.h.
//
//===----------------------------------------------------------------------===*/

#include "print.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

enum { SHORT_ID = 16 };

static json_int_t number(const json_t *object, const char *key) {
  return json_integer_value(json_object_get(object, key));
}

static const char *plural(json_int_t count) { return count == 1 ? "" : "s"; }

static void print_refusal(const json_t *reply) {
  fflush(stdout);
  fputs("dsuctl: ", stderr);
  if (number(reply, "pid"))
    fprintf(stderr, "process %lld: ", (long long)number(reply, "pid"));
  fputs(reply_text(reply, "message"), stderr);
  const char *detail = reply_text(reply, "detail");
  if (*detail)
    fprintf(stderr, ": %s", detail);
  /* A wrong number is the likeliest reason: what has it? */
  const char *program = reply_text(reply, "program");
  if (reply_reason(reply) == DSU_E_IDENTITY && *program)
    fprintf(stderr, " (%s)", program);
  fputs(".\n", stderr);
  const char *remedy = reply_text(reply, "remedy");
  if (*remedy)
    fprintf(stderr, "  What to do: %s.\n", remedy);
}

static void print_functions(const json_t *patch, bool revert) {
  const json_t *functions = json_object_get(patch, "functions");
  json_int_t replaced = number(functions, "replaced");
  printf("%lld function%s %s", (long long)replaced, plural(replaced),
         revert ? "restored" : "replaced");
  if (number(functions, "added"))
    printf(", %lld %s", (long long)number(functions, "added"),
           revert ? "taken out" : "added");
  if (number(functions, "removed"))
    printf(", %lld %s", (long long)number(functions, "removed"),
           revert ? "put back" : "removed");
  if (number(patch, "edits"))
    printf(", %lld value%s in tables", (long long)number(patch, "edits"),
           plural(number(patch, "edits")));
}

static void print_change(const json_t *reply, const char *action) {
  const json_t *patch = json_object_get(reply, "patch");
  bool revert = strcmp(action, "revert") == 0;
  printf("process %lld: %s %s: ", (long long)number(reply, "pid"),
         reply_text(patch, "name"),
         revert                         ? "reverted"
         : strcmp(action, "check") == 0 ? "can be applied (nothing was changed)"
                                        : "applied");
  print_functions(patch, revert);
  const char *from = reply_text(patch, revert ? "identity" : "from");
  const char *to = reply_text(patch, revert ? "from" : "identity");
  printf(".\n  Version %.*s -> %.*s, level %s.\n", SHORT_ID, from, SHORT_ID, to,
         reply_text(reply, "used_level"));
  json_int_t attempts = number(reply, "attempts");
  json_int_t threads = number(reply, "threads");
  printf("  %lld attempt%s in %lld ms; %lld thread%s held for %.1f us",
         (long long)attempts, plural(attempts),
         (long long)number(reply, "waited_ms"), (long long)threads,
         plural(threads), json_number_value(json_object_get(reply, "held_us")));
  if (strcmp(action, "check") != 0)
    printf(", the change itself took %.1f us",
           json_number_value(json_object_get(reply, "flip_us")));
  puts(".");
}

/** How many of the innermost frames have no name, if any frame has one: they
   are libc's and the runtime's own, inside of the call that the program has
   made. */
static size_t unnamed_frames(const json_t *frames) {
  for (size_t i = 0; i < json_array_size(frames); ++i)
    if (strncmp(json_string_value(json_array_get(frames, i)), "0x", 2) != 0)
      return i;
  return 0;
}

static void print_threads(const json_t *threads) {
  size_t i, k;
  json_t *thread, *frame;
  json_array_foreach(threads, i, thread) {
    const json_t *frames = json_object_get(thread, "frames");
    size_t first = unnamed_frames(frames);
    printf("  thread %lld (%s) %s:", (long long)number(thread, "thread"),
           reply_text(thread, "name"),
           json_is_true(json_object_get(thread, "waiting")) ? "waits" : "runs");
    json_array_foreach(frames, k, frame) if (k >= first)
        printf("%s%s", k > first ? " < " : " ", json_string_value(frame));
    puts(json_is_true(json_object_get(thread, "complete"))
             ? ""
             : " < (the rest cannot be read)");
  }
}

static void print_status(const json_t *reply) {
  size_t i;
  json_t *item;
  const char *program = reply_text(reply, "program");
  const char *slash = strrchr(program, '/');
  printf("process %lld (%s), ABI version %lld\n",
         (long long)number(reply, "pid"), slash ? slash + 1 : program,
         (long long)number(reply, "abi"));
  json_array_foreach(json_object_get(reply, "images"), i, item)
      printf("  image %s: %lld function%s, built as %.*s, runs %.*s\n",
             reply_text(item, "name"), (long long)number(item, "functions"),
             number(item, "functions") == 1 ? "" : "s", SHORT_ID,
             reply_text(item, "built"), SHORT_ID, reply_text(item, "runs"));
  json_array_foreach(json_object_get(reply, "patches"), i, item) {
    printf("  patch %s (%.*s) %s: ", reply_text(item, "name"), SHORT_ID,
           reply_text(item, "identity"), reply_text(item, "state"));
    print_functions(item, strcmp(reply_text(item, "state"), "reverted") == 0);
    puts("");
    if (*reply_text(item, "file") == '/')
      printf("    from %s\n", reply_text(item, "file"));
  }
  if (json_array_size(json_object_get(reply, "patches")) == 0)
    puts("  no patch");
  print_threads(json_object_get(reply, "threads"));
  json_array_foreach(json_object_get(reply, "log"), i, item)
      printf("  log: %s\n", json_string_value(item));
}

void print_reply(const json_t *reply) {
  const char *action = reply_text(reply, "action");
  if (reply_reason(reply) != DSU_OK)
    print_refusal(reply);
  else if (*action)
    print_change(reply, action);
  else
    print_status(reply);
}

/** Those who do not answer, unless somebody lets them go on. */
static const char *halted(const char *state) {
  return *state == 'T' ? " (stopped)" : *state == 't' ? " (in a debugger)" : "";
}

void print_process(const json_t *process, bool first) {
  size_t i;
  json_t *name;
  char patches[1024] = "";
  json_array_foreach(json_object_get(process, "patches"), i, name) {
    size_t used = strlen(patches);
    snprintf(patches + used, sizeof(patches) - used, "%s%s", i ? "," : "",
             json_string_value(name));
  }
  if (first)
    printf("%7s  %-8s  %-*s  %-16s  %s\n", "PID", "USER", SHORT_ID, "BUILT",
           "LOADED", "PROGRAM");
  struct passwd *user = getpwuid((uid_t)number(process, "user"));
  char id[16];
  snprintf(id, sizeof(id), "%lld", (long long)number(process, "user"));
  printf("%7lld  %-8s  %.*s  %-16s  %s%s\n", (long long)number(process, "pid"),
         user ? user->pw_name : id, SHORT_ID, reply_text(process, "built"),
         *patches ? patches : "-", reply_text(process, "executable"),
         halted(reply_text(process, "state")));
}
