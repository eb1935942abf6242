/*===- main.c - dsuctl: applies patches to running processes ------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Commands and options.  Exit statuses are those of dsu_abi.def: 0 done, 1
// usage, 2 bad patch, 3 wrong build, 4 refused as unsafe, 6 target cannot be
// reached, 7 not permitted, 8 the target's state forbids it, 9 internal error.
//
//===----------------------------------------------------------------------===*/

#include "patch_source.h"
#include "print.h"
#include "request.h"
#include "targets.h"

#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEFAULT_TIMEOUT_MS = 10000, MAX_TIMEOUT_MS = 24 * 3600 * 1000 };

struct command {
  const char *name;
  uint32_t op; /* 0: list */
  const char *arguments;
  const char *help;
};

static const struct command commands[] = {
    {"apply", DSU_OP_APPLY, "PID PATCH",
     "Applies PATCH, the .dsu.so file that dsu-diff wrote, to process PID.\n"},
    {"check", DSU_OP_CHECK, "PID PATCH",
     "Does all that apply does but the change itself.\n"},
    {"status", DSU_OP_STATUS, "PID",
     "Shows images, patches and where every thread is.\n"},
    {"revert", DSU_OP_REVERT, "PID [VERSION|PATCH]",
     "Takes the newest patch out again.\n"
     "With VERSION (the beginning of an identity in hex) or PATCH (its file) "
     "that\n"
     "one, if it is the newest of its executable or library.\n"},
    {"list", 0, "", "Lists the updatable processes of this user.\n"}};

struct options {
  const struct command *command;
  bool json, wait, children;
  const char *given[3]; /* an option of that concern */
  uint32_t level;
  uint32_t timeout_ms;
  const char *all;
  bool help;
};

/*--- Usage ------------------------------------------------------------------*/

/** For which commands an option is: for all, for those that ask a process, for
    those that change one (or would). */
enum concern { ALL_COMMANDS, REQUESTS, CHANGES };

static const struct {
  enum concern concern;
  const char *help;
} option_help[] = {
    {ALL_COMMANDS, "  --json               print the outcome as JSON\n"},
    {REQUESTS,
     "  --timeout=DURATION   how long to try: 500ms, 10s, 2m "
     "(default 10s)\n"
     "  --wait               go on trying while the program is busy\n"},
    {CHANGES, "  --level=LEVEL        least consistency: activeness or rest\n"},
    {REQUESTS,
     "  --all=NAME           every updatable process of this name, in "
     "place of PID\n"
     "  --children           PID and every updatable process that "
     "descends from it\n"},
    {ALL_COMMANDS, "  --help, --version\n"},
    {REQUESTS,
     "With several processes the first failure ends the work.\n"
     "Exit status: 0 done, 1 usage, 2 bad patch, 3 wrong build, 4 "
     "refused as\n"
     "unsafe, 6 target cannot be reached, 7 not permitted, 8 state of "
     "the target\n"
     "forbids it, 9 internal error.\n"}};

static bool concerns(enum concern concern, const struct command *command) {
  bool request = !command || command->op != 0;
  bool change = request && (!command || command->op != DSU_OP_STATUS);
  return concern == CHANGES ? change : concern == REQUESTS ? request : true;
}

static void print_help(const struct command *command) {
  if (command) {
    printf("usage: dsuctl %s [options]%s%s\n%s", command->name,
           *command->arguments ? " " : "", command->arguments, command->help);
  } else {
    puts("usage: dsuctl COMMAND [options] ...");
    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i)
      printf("  %-7s %-21s %.*s\n", commands[i].name, commands[i].arguments,
             (int)strcspn(commands[i].help, "\n"), commands[i].help);
  }
  puts("Options:");
  for (size_t i = 0; i < sizeof(option_help) / sizeof(option_help[0]); ++i)
    if (concerns(option_help[i].concern, command))
      fputs(option_help[i].help, stdout);
}

static void bad_usage(const char *what, const char *value) {
  fprintf(stderr, "dsuctl: %s: %s%s%s.\n  What to do: see dsuctl --help.\n",
          dsu_reason_text(DSU_E_USAGE), what, *value ? " " : "", value);
  exit(dsu_reason_exit(DSU_E_USAGE));
}

/*--- Options ----------------------------------------------------------------*/

static uint32_t parse_duration(const char *text) {
  char *unit;
  double value = strtod(text, &unit);
  double scale = strcmp(unit, "ms") == 0            ? 1
                 : !*unit || strcmp(unit, "s") == 0 ? 1000
                 : strcmp(unit, "m") == 0           ? 60000
                 : strcmp(unit, "h") == 0           ? 3600000
                                                    : 0;
  if (unit == text || scale == 0 || !(value >= 0) ||
      value * scale > MAX_TIMEOUT_MS)
    bad_usage("not a duration (500ms, 10s, 2m; at most 24h):", text);
  return (uint32_t)(value * scale);
}

static uint32_t parse_level(const char *text) {
  if (strcmp(text, "activeness") == 0)
    return DSU_LEVEL_ACTIVENESS;
  if (strcmp(text, "rest") == 0)
    return DSU_LEVEL_REST;
  bad_usage("not a level (activeness or rest):", text);
  return 0;
}

static pid_t parse_pid(const char *text) {
  char *end;
  long pid = strtol(text, &end, 10);
  if (end == text || *end || pid <= 0 || pid > INT_MAX)
    bad_usage("not a process number (dsuctl list shows them; --all=NAME takes "
              "a name):",
              text);
  return (pid_t)pid;
}

static const struct command *find_command(const char *name) {
  for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); ++i)
    if (strcmp(commands[i].name, name) == 0)
      return &commands[i];
  return NULL;
}

static void parse_options(int argc, char **argv, struct options *options) {
  enum { JSON = 256, TIMEOUT, WAIT, LEVEL, ALL, CHILDREN, HELP, VERSION };
  static const struct option table[] = {
      {"json", no_argument, NULL, JSON},
      {"timeout", required_argument, NULL, TIMEOUT},
      {"wait", no_argument, NULL, WAIT},
      {"level", required_argument, NULL, LEVEL},
      {"all", required_argument, NULL, ALL},
      {"children", no_argument, NULL, CHILDREN},
      {"help", no_argument, NULL, HELP},
      {"version", no_argument, NULL, VERSION},
      {NULL, 0, NULL, 0}};
  static const enum concern concern[] = {ALL_COMMANDS, REQUESTS,    REQUESTS,
                                         CHANGES,      REQUESTS,    REQUESTS,
                                         ALL_COMMANDS, ALL_COMMANDS};
  int index = 0;
  for (int option;
       (option = getopt_long(argc, argv, "h", table, &index)) != -1;) {
    if (option >= JSON)
      options->given[concern[index]] = table[index].name;
    switch (option) {
    case JSON:
      options->json = true;
      break;
    case TIMEOUT:
      options->timeout_ms = parse_duration(optarg);
      break;
    case WAIT:
      options->wait = true;
      break;
    case LEVEL:
      options->level = parse_level(optarg);
      break;
    case ALL:
      options->all = optarg;
      break;
    case CHILDREN:
      options->children = true;
      break;
    case VERSION:
      puts("dsuctl " DSU_VERSION);
      exit(0);
    case HELP:
    case 'h':
      options->help = true;
      break;
    default:
      bad_usage("see above", "");
    }
  }
}

/** Ends if an option means nothing to the command. */
static void refuse_options(const struct options *options) {
  for (enum concern c = ALL_COMMANDS; c <= CHANGES; ++c) {
    if (!options->given[c] || concerns(c, options->command))
      continue;
    fprintf(stderr,
            "dsuctl: %s: dsuctl %s has no option --%s.\n"
            "  What to do: see dsuctl %s --help.\n",
            dsu_reason_text(DSU_E_USAGE), options->command->name,
            options->given[c], options->command->name);
    exit(dsu_reason_exit(DSU_E_USAGE));
  }
}

/*--- Running a command ------------------------------------------------------*/

/** Reasons that may be gone a moment later. */
static bool may_pass(enum dsu_reason reason) {
  return reason == DSU_E_ACTIVE || reason == DSU_E_NOT_AT_REST ||
         reason == DSU_E_STACK || reason == DSU_E_STOP ||
         reason == DSU_E_CREDENTIALS || reason == DSU_E_NO_ANSWER;
}

static json_t *run_on(pid_t pid, const struct options *options,
                      const struct request *request) {
  char last[1024] = "";
  for (;;) {
    struct process process;
    json_t *reply = process_open(pid, &process);
    if (!reply) {
      reply = request_send(&process, request);
      json_object_set_new(reply, "program", json_string(process.exe));
      process_close(&process);
    }
    if (!options->wait || !may_pass(reply_reason(reply)))
      return reply;
    if (!options->json && strcmp(last, reply_text(reply, "message")) != 0)
      fprintf(stderr, "dsuctl: process %d: %s: %s; waiting\n", (int)pid,
              reply_text(reply, "message"), reply_text(reply, "detail"));
    snprintf(last, sizeof(last), "%s", reply_text(reply, "message"));
    json_decref(reply);
    usleep(50000);
  }
}

static void show(const json_t *reply, bool json) {
  if (!json) {
    print_reply(reply);
    return;
  }
  json_dumpf(reply, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(9));
  puts("");
}

/** Of several processes, one is no failure in which there is nothing left to
    do: it may have been forked from one that was updated a moment ago, or have
    ended since it was found (but not the one that was asked for by number). */
static bool nothing_left(const json_t *reply, const struct request *request,
                         bool named) {
  switch (reply_reason(reply)) {
  case DSU_E_ALREADY_APPLIED:
    return request->op == DSU_OP_APPLY;
  case DSU_E_NOT_APPLIED:
  case DSU_E_NOTHING_APPLIED:
    return request->op == DSU_OP_REVERT && *request->text && !named;
  case DSU_E_NO_PROCESS:
  case DSU_E_NOT_UPDATABLE: /* it was: so it has started another program */
    return !named;
  default:
    return false;
  }
}

/** The patch that the first process has reverted is the one to be reverted in
    its children: one that was forked after that has another on top. */
static void remember_reverted(const json_t *reply, struct request *request,
                              char id[2 * DSU_ID_SIZE + 1]) {
  const json_t *patch = json_object_get(reply, "patch");
  const char *identity = reply_text(patch, "identity");
  if (*request->text || strlen(identity) != (size_t)2 * DSU_ID_SIZE)
    return;
  memcpy(id, identity, 2 * (size_t)DSU_ID_SIZE + 1);
  request->text = id;
}

static void report_several(const struct targets *targets, size_t done,
                           size_t ended, bool failed) {
  fflush(stdout);
  if (!failed) {
    if (done - ended == 1)
      fprintf(stderr, "dsuctl: done in 1 process.\n");
    else
      fprintf(stderr, "dsuctl: done in all %zu processes.\n", done - ended);
    return;
  }
  fprintf(stderr, "dsuctl: stopped at process %d; done before it:",
          (int)targets->pids[done]);
  for (size_t i = 0; i < done; ++i)
    fprintf(stderr, " %d", (int)targets->pids[i]);
  fprintf(stderr, "%s.\n", done ? "" : " none");
}

static int run_all(struct targets *targets, const struct options *options,
                   struct request *request) {
  json_t *all = json_array();
  char reverted[2 * DSU_ID_SIZE + 1];
  int status = 0;
  size_t done = 0, ended = 0;
  bool changed = false; /* since descendants were looked for */
  for (; done < targets->count; ++done) {
    if (done > 0 || options->all)
      process_settle(targets->pids[done]);
    json_t *reply = run_on(targets->pids[done], options, request);
    bool good = reply_reason(reply) == DSU_OK;
    bool failed = !good && !(targets->several &&
                             nothing_left(reply, request,
                                          done == 0 && options->children));
    changed |= good || done == 0;
    ended += !failed && (reply_reason(reply) == DSU_E_NO_PROCESS ||
                         reply_reason(reply) == DSU_E_NOT_UPDATABLE);
    if (failed)
      status = dsu_reason_exit(reply_reason(reply));
    if (good && options->children && request->op == DSU_OP_REVERT)
      remember_reverted(reply, request, reverted);
    if (!options->json || !targets->several)
      show(reply, options->json);
    json_array_append_new(all, reply);
    if (failed)
      break;
    /* Children that were forked while their parents were being updated; none
       if all that were found last had been forked after that. */
    if (options->children && changed && done + 1 == targets->count) {
      changed = false;
      targets_add_descendants(targets, targets->pids[0]);
    }
  }
  if (options->json && targets->several)
    show(all, true);
  else if (targets->several)
    report_several(targets, done, ended, status != 0);
  json_decref(all);
  return status;
}

/** What can be known of a process without asking it. */
static json_t *describe(const struct process *process) {
  char id[2 * DSU_ID_SIZE + 1], state[2] = {process->state, 0};
  for (size_t k = 0; k < DSU_ID_SIZE; ++k)
    snprintf(id + 2 * k, 3, "%02x", process->note.identity.bytes[k]);
  json_t *path = json_string(process->exe);
  return json_pack("{s:i, s:s, s:o, s:I, s:s, s:o}", "pid", (int)process->pid,
                   "built", id, "executable", path ? path : json_string(""),
                   "user", (json_int_t)process->uid, "state", state, "patches",
                   process_patches(process));
}

static int list(const struct options *options) {
  struct targets targets = {0};
  json_t *all = json_array();
  targets_add_updatable(&targets);
  for (size_t i = 0; i < targets.count; ++i) {
    struct process process;
    json_t *gone = process_open(targets.pids[i], &process);
    if (gone) {
      json_decref(gone);
      continue;
    }
    json_t *row = describe(&process);
    if (!options->json)
      print_process(row, json_array_size(all) == 0);
    json_array_append_new(all, row);
    process_close(&process);
  }
  if (options->json)
    show(all, true);
  else if (json_array_size(all) == 0)
    fputs(
        geteuid() == 0
            ? "dsuctl: there is no updatable process.\n"
            : "dsuctl: this user has no updatable process (those that have "
              "changed their user, or cannot be dumped, are shown to root).\n",
        stderr);
  json_decref(all);
  free(targets.pids);
  return 0;
}

static void find_targets(const struct options *options, const char *pid,
                         struct targets *targets) {
  if (!options->all) {
    targets_add(targets, parse_pid(pid));
    targets->several = options->children;
    return;
  }
  targets->several = true;
  targets_add_named(targets, options->all);
}

static const char *base_name(const char *path) {
  const char *slash = strrchr(path, '/');
  return slash ? slash + 1 : path;
}

static int show_and_forget(json_t *reply, const struct options *options) {
  int status = dsu_reason_exit(reply_reason(reply));
  show(reply, options->json);
  json_decref(reply);
  return status;
}

/** What a patch file is called in the process: its path, by which debuggers
    find it, or if that is too long its name.  Lives as long as we do. */
static const char *patch_name(const char *argument) {
  const char *path = realpath(argument, NULL);
  return path && strlen(path) <= DSU_MAX_REQUEST ? path : base_name(argument);
}

/** Reads what the command's argument names.  Revert takes the beginning of a
    version or a patch file, which is known by its hash. */
static json_t *prepare(struct request *request, const char *argument,
                       char hex[2 * DSU_ID_SIZE + 1]) {
  static const char digits[] = "0123456789abcdef";
  json_t *refusal = NULL;
  request->text = base_name(argument);
  if (request->op == DSU_OP_APPLY || request->op == DSU_OP_CHECK) {
    request->patch = patch_source_open(argument, &refusal);
    request->text = patch_name(argument);
  } else if (argument[strspn(argument, digits)]) {
    refusal = patch_source_hash(argument, hex);
    request->text = hex;
  }
  return refusal;
}

/** A request ends with its client, unless it has just been carried out. */
static void say_interrupted(int signal) {
  static const char words[] =
      "dsuctl: interrupted: the request is taken back, unless it was being "
      "carried out at this moment.\n"
      "  What to do: dsuctl status shows what is applied.\n";
  ssize_t written = write(STDERR_FILENO, words, sizeof(words) - 1);
  (void)written;
  raise(signal); /* with its default effect now */
}

static int run_command(const struct options *options, int argc, char **argv) {
  uint32_t op = options->command->op;
  bool has_patch = op == DSU_OP_APPLY || op == DSU_OP_CHECK;
  int first = options->all ? 0 : 1;
  int most = first + (op == DSU_OP_STATUS ? 0 : 1);
  int least = first + (has_patch ? 1 : 0);
  if (argc < least || argc > most)
    bad_usage(op == DSU_OP_STATUS ? "the argument is" : "the arguments are",
              options->command->arguments);
  if (!options->all)
    parse_pid(argv[0]); /* before the patch: PATCH PID is a common slip */
  struct request request = {.op = op,
                            .level = options->level,
                            .timeout_ms = options->timeout_ms,
                            .patch = -1,
                            .repeated = options->wait};
  char hex[2 * DSU_ID_SIZE + 1];
  json_t *refusal = prepare(&request, argc > first ? argv[first] : "", hex);
  if (refusal)
    return show_and_forget(refusal, options);
  if (strlen(request.text) > DSU_MAX_REQUEST)
    bad_usage("too long:", request.text);
  struct targets targets = {0};
  find_targets(options, argv[0], &targets);
  if (targets.count == 0)
    return show_and_forget(
        reply_refusal(0, DSU_E_NO_PROCESS, "dsuctl list shows what there is",
                      "no updatable process is called %s", options->all),
        options);
  const struct sigaction interrupted = {.sa_handler = say_interrupted,
                                        .sa_flags = (int)SA_RESETHAND};
  sigaction(SIGINT, &interrupted, NULL);
  int status = run_all(&targets, options, &request);
  free(targets.pids);
  return status;
}

int main(int argc, char **argv) {
  struct options options = {.timeout_ms = DEFAULT_TIMEOUT_MS};
  parse_options(argc, argv, &options);
  if (options.help) {
    print_help(optind < argc ? find_command(argv[optind]) : NULL);
    return 0;
  }
  if (optind == argc)
    bad_usage("no command", "");
  options.command = find_command(argv[optind]);
  if (!options.command)
    bad_usage("no such command:", argv[optind]);
  refuse_options(&options);
  int rest = argc - optind - 1;
  if (options.command->op == 0) {
    if (rest)
      bad_usage("list takes no", "arguments");
    return list(&options);
  }
  return run_command(&options, rest, argv + optind + 1);
}
