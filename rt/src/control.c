/*===- control.c - what a request asks for, and the answer --------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See control.h.
//
//===----------------------------------------------------------------------===*/

#include "control.h"

#include "descriptor.h"
#include "log.h"
#include "patch.h"
#include "request.h"
#include "sys.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum {
  NAME_SIZE = 64,
  THREAD_ROOM = 16384, /* more than one thread's JSON can take, log aside */
  MAX_TIMEOUT_MS = 24 * 3600 * 1000
};

/* Of LLVM's libunwind, which every program that holds the runtime links. */
void *_Unwind_FindEnclosingFunction(void *pc);

/*--- Names ------------------------------------------------------------------*/

static void thread_name(pid_t tid, char *name, size_t size) {
  char path[64];
  name[0] = 0;
  snprintf(path, sizeof(path), "/proc/self/task/%d/comm", (int)tid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return;
  ssize_t length = read(fd, name, size - 1);
  close(fd);
  name[length > 0 ? length : 0] = 0;
  name[strcspn(name, "\n")] = 0;
}

/** The function that a frame is in: by identity if it is updatable. */
static const char *function_name(uintptr_t pc, bool exact, char *hex,
                                 size_t size) {
  uintptr_t inside = exact ? pc : pc - 1;
  void *start = _Unwind_FindEnclosingFunction((void *)inside);
  const struct dsu_func *func = dsu_find_body((uintptr_t)start);
  if (func)
    return dsu_rel(&func->name);
  Dl_info info;
  if (dladdr((void *)inside, &info) && info.dli_sname)
    return info.dli_sname;
  snprintf(hex, size, "0x%llx", (unsigned long long)pc);
  return hex;
}

static const char *level_name(uint32_t level) {
  return level == DSU_LEVEL_ACTIVENESS ? "activeness"
         : level == DSU_LEVEL_REST     ? "rest"
                                       : "version";
}

/*--- Refusals ---------------------------------------------------------------*/

/** What the user can do about it. */
static const char *remedy(enum dsu_reason reason, bool reverting) {
  if (reverting && reason == DSU_E_ACTIVE)
    return "try again with --wait or a longer --timeout; a function of the "
           "patch that never returns keeps it in: the program goes on with "
           "it until it is restarted";
  switch (reason) {
  case DSU_E_PATCH_EMPTY:
  case DSU_E_PATCH_NOT_ELF:
  case DSU_E_PATCH_CORRUPT:
  case DSU_E_PATCH_LOAD:
    return "make the patch again with dsu-diff, or copy it again";
  case DSU_E_PATCH_NOT_DSU:
    return "give the .dsu.so file that dsu-diff wrote";
  case DSU_E_PATCH_ARCH:
  case DSU_E_PATCH_ABI:
    return "make the patch with the tools that built the running program";
  case DSU_E_PATCH_IMPORT:
    return "make the patch from the .dsu.bc of exactly the version that runs "
           "(dsuctl status shows it); what no loaded library defines comes "
           "from an object that dsu-cc did not compile, a static library, or "
           "a library that is new: let the new code do without it";
  case DSU_E_IDENTITY:
    return "make the patch from the .dsu.bc of exactly the version that runs "
           "(dsuctl status shows it)";
  case DSU_E_ALREADY_APPLIED:
    return "nothing needs to be done; dsuctl status lists what is applied";
  case DSU_E_NOT_APPLIED:
  case DSU_E_NOTHING_APPLIED:
    return "dsuctl status lists what is applied";
  case DSU_E_REVERT_ORDER:
    return "revert the patches in the opposite order of their application";
  case DSU_E_ACTIVE:
    return "try again with --wait or a longer --timeout; a function that never "
           "returns, or in which idle threads wait, needs a patch that does "
           "not change what it may still run: put the change into what it "
           "calls";
  case DSU_E_NOT_AT_REST:
    return "try again with --wait or a longer --timeout, when the program is "
           "less busy; a thread that waits for work beneath functions of its "
           "own is at rest only if the program was built with "
           "--dsu-lifelong=NAME for each of them";
  case DSU_E_STACK:
    return "try again with --wait; code without unwind information "
           "(hand-written "
           "assembly, generated code) must not be running";
  case DSU_E_STOP:
    return "try again with --wait; a thread that blocks every signal by a raw "
           "system call cannot be stopped";
  case DSU_E_LEVEL:
    return "use --level=activeness or --level=rest";
  case DSU_E_CODE:
    return "take breakpoints of debuggers out; where the system forbids a "
           "program to change its own code (MemoryDenyWriteExecute, SELinux), "
           "let it write /proc/self/mem, or build it with "
           "--dsu-through-slots=*";
  case DSU_E_NO_MEMORY:
    return "free memory or raise the process's limits";
  case DSU_E_SEALED:
    return "leave the initial values of what the program seals as they were, "
           "or restart it";
  case DSU_E_CREDENTIALS:
    return "try again: another thread serves, with the powers that are left";
  case DSU_E_PERMISSION:
    return "run dsuctl as the process's user; as root if it changed its user "
           "or cannot be dumped";
  case DSU_E_REQUEST:
    return "use the dsuctl of the same release as the program's runtime";
  default:
    return NULL;
  }
}

static void open_reply(struct dsu_json *reply, enum dsu_reason reason) {
  dsu_json_open(reply, NULL, '{');
  dsu_json_string(reply, "reason", dsu_reason_name(reason));
  dsu_json_string(reply, "message", dsu_reason_text(reason));
  dsu_json_number(reply, "pid", (uint64_t)getpid());
}

static void put_refusal(struct dsu_json *reply, const struct dsu_error *error,
                        const char *way_out) {
  open_reply(reply, error->reason);
  if (error->detail[0])
    dsu_json_string(reply, "detail", error->detail);
  if (way_out)
    dsu_json_string(reply, "remedy", way_out);
}

void dsu_control_refuse(struct dsu_json *reply, const struct dsu_error *error) {
  put_refusal(reply, error, remedy(error->reason, false));
  dsu_json_close(reply, '}');
}

/** What forbids the update in general, not in one thread. */
static void describe_general(struct dsu_error *error,
                             const struct dsu_outcome *outcome) {
  if (error->reason == DSU_E_STOP && outcome->function)
    snprintf(error->detail, sizeof(error->detail),
             "the system call %s fails; a filter (seccomp) may forbid it",
             outcome->function);
  else if (error->reason == DSU_E_STOP)
    snprintf(error->detail, sizeof(error->detail),
             "the list of threads in /proc cannot be read");
  else if (error->reason == DSU_E_STACK && outcome->function)
    snprintf(error->detail, sizeof(error->detail),
             "the program switches stacks by itself (%s was called); those "
             "that it has left cannot be found",
             outcome->function);
}

/** Which thread was found where, in words and as members. */
static void put_blocker(struct dsu_json *reply, struct dsu_error *error,
                        const struct dsu_outcome *outcome, uint64_t waited_ms,
                        bool reverting) {
  char name[NAME_SIZE], hex[32];
  const char *function = outcome->function;
  if (!function && outcome->pc)
    function =
        function_name(outcome->pc, outcome->frame == 0, hex, sizeof(hex));
  thread_name(outcome->tid, name, sizeof(name));
  if (!outcome->tid && !error->detail[0])
    describe_general(error, outcome);
  if (outcome->tid && !error->detail[0]) {
    char place[600] = "";
    if (function)
      snprintf(place, sizeof(place), ": %.512s in frame %u", function,
               outcome->frame);
    snprintf(error->detail, sizeof(error->detail),
             "thread %d (%s)%s; tried %u time%s in %llu ms", (int)outcome->tid,
             name[0] ? name : "unnamed", place, outcome->attempts,
             outcome->attempts == 1 ? "" : "s", (unsigned long long)waited_ms);
  }
  put_refusal(reply, error,
              !outcome->tid && outcome->function
                  ? "restart the program with the new version"
                  : remedy(error->reason, reverting));
  dsu_json_number(reply, "attempts", outcome->attempts);
  dsu_json_number(reply, "waited_ms", waited_ms);
  if (!outcome->tid)
    return;
  dsu_json_open(reply, "blocker", '{');
  dsu_json_number(reply, "thread", (uint64_t)outcome->tid);
  dsu_json_string(reply, "name", name);
  if (function) {
    dsu_json_string(reply, "function", function);
    dsu_json_number(reply, "frame", outcome->frame);
  }
  dsu_json_close(reply, '}');
}

/*--- Apply, check, revert ---------------------------------------------------*/

static void put_patch(struct dsu_json *reply, const char *key,
                      const struct dsu_patch *patch) {
  const struct dsu_image *image = patch->state.image;
  dsu_json_open(reply, key, '{');
  dsu_json_string(reply, "name", patch->name);
  dsu_json_string(reply, "file", patch->path);
  dsu_json_id(reply, "identity", &image->identity);
  dsu_json_id(reply, "from", &image->from);
  dsu_json_string(reply, "state",
                  patch->state.applied ? "applied"
                  : patch->order       ? "reverted"
                                       : "loaded");
  dsu_json_string(reply, "level", level_name(image->level));
  dsu_json_open(reply, "functions", '{');
  dsu_json_number(reply, "replaced", dsu_patch_count(patch, DSU_FUNC_REPLACED));
  dsu_json_number(reply, "added", dsu_patch_count(patch, DSU_FUNC_NEW));
  dsu_json_number(reply, "removed", dsu_patch_count(patch, DSU_FUNC_REMOVED));
  dsu_json_close(reply, '}');
  dsu_json_number(reply, "edits", dsu_patch_edits(patch));
  dsu_json_close(reply, '}');
}

static void put_outcome(struct dsu_json *reply,
                        const struct dsu_outcome *outcome, uint64_t waited_ms) {
  dsu_json_number(reply, "attempts", outcome->attempts);
  dsu_json_number(reply, "waited_ms", waited_ms);
  dsu_json_number(reply, "threads", outcome->threads);
  dsu_json_micros(reply, "held_us", outcome->held_ns);
  dsu_json_micros(reply, "flip_us", outcome->flip_ns);
  dsu_json_micros(reply, "start_held_us", dsu_descriptor_held_ns());
}

/** The same refusal is not told again for a while: who waits asks many times a
    second. */
static bool told_lately(const char *action, const char *name,
                        enum dsu_reason reason) {
  enum { WHILE_S = 60 };
  static char last[DSU_MAX_REQUEST];
  static uint64_t until_ns;
  char words[sizeof(last)];
  snprintf(words, sizeof(words), "%s %s %d", action, name, (int)reason);
  const uint64_t now = dsu_now_ns();
  if (strcmp(words, last) == 0 && now < until_ns)
    return true;
  memcpy(last, words, sizeof(last));
  until_ns = now + WHILE_S * 1000000000ull;
  return false;
}

static void log_outcome(const char *action, const char *name,
                        const struct dsu_error *error,
                        const struct dsu_outcome *outcome) {
  if (told_lately(action, name, error->reason) && error->reason != DSU_OK)
    return;
  if (error->reason == DSU_OK)
    dsu_log("%s %s: done, %u attempt%s, held %llu us, flip %llu us", action,
            name, outcome->attempts, outcome->attempts == 1 ? "" : "s",
            (unsigned long long)(outcome->held_ns / 1000),
            (unsigned long long)(outcome->flip_ns / 1000));
  else
    dsu_log("%s %s: %s%s%.160s", action, name, dsu_reason_text(error->reason),
            error->detail[0] ? ": " : "", error->detail);
}

static struct dsu_terms terms_of(const struct dsu_request *request) {
  uint64_t ms = request->timeout_ms < MAX_TIMEOUT_MS ? request->timeout_ms
                                                     : (uint64_t)MAX_TIMEOUT_MS;
  return (struct dsu_terms){.level = request->level,
                            .deadline_ns = dsu_now_ns() + ms * 1000000u,
                            .dry = request->op == DSU_OP_CHECK,
                            .give_up = dsu_request_give_up};
}

/** Runs one of the two directions on a patch and writes the reply. */
static enum dsu_reason
carry_out(const struct dsu_request *request, struct dsu_patch *patch,
          bool (*run)(struct dsu_patch *, const struct dsu_terms *,
                      struct dsu_outcome *, struct dsu_error *),
          const char *action, struct dsu_json *reply) {
  struct dsu_error error = {DSU_OK, ""};
  struct dsu_outcome outcome = {.reason = DSU_OK};
  struct dsu_terms terms = terms_of(request);
  uint64_t begin = dsu_now_ns();
  bool done = run(patch, &terms, &outcome, &error);
  uint64_t waited_ms = (dsu_now_ns() - begin) / 1000000u;
  if (done) {
    open_reply(reply, DSU_OK);
    dsu_json_string(reply, "action", action);
    put_outcome(reply, &outcome, waited_ms);
  } else {
    put_blocker(reply, &error, &outcome, waited_ms, run == dsu_patch_revert);
    dsu_json_string(reply, "action", action);
  }
  dsu_json_string(reply, "used_level",
                  level_name(dsu_patch_level(patch, &terms)));
  put_patch(reply, "patch", patch);
  dsu_json_close(reply, '}');
  log_outcome(action, patch->name, &error, &outcome);
  return error.reason;
}

static enum dsu_reason apply(const struct dsu_request *request,
                             const char *path, int fd, struct dsu_json *reply) {
  bool dry = request->op == DSU_OP_CHECK;
  struct dsu_error error = {DSU_OK, ""};
  struct dsu_patch *patch = NULL;
  if (fd < 0)
    dsu_fail(&error, DSU_E_REQUEST, "the patch's descriptor is missing");
  else
    patch = dsu_patch_load(fd, path, &error);
  if (!patch) {
    dsu_control_refuse(reply, &error);
    dsu_log("%s %s: %s: %.160s", dry ? "check" : "apply", dsu_base_name(path),
            dsu_reason_text(error.reason), error.detail);
    return error.reason;
  }
  enum dsu_reason reason = carry_out(request, patch, dsu_patch_apply,
                                     dry ? "check" : "apply", reply);
  dsu_patch_unload(patch);
  return reason;
}

static enum dsu_reason revert(const struct dsu_request *request,
                              const char *identity, struct dsu_json *reply) {
  struct dsu_error error = {DSU_OK, ""};
  struct dsu_patch *patch = dsu_patch_to_revert(identity, &error);
  if (patch)
    return carry_out(request, patch, dsu_patch_revert, "revert", reply);
  dsu_control_refuse(reply, &error);
  return error.reason;
}

/*--- Status -----------------------------------------------------------------*/

struct thread_list {
  struct dsu_json *reply;
  uint32_t omitted;
};

static bool put_thread(const struct dsu_thread_info *thread, void *context) {
  struct thread_list *list = context;
  struct dsu_json *reply = list->reply;
  if (dsu_json_room(reply) < 2 * THREAD_ROOM + DSU_MAX_REPLY / 16) {
    ++list->omitted;
    return true;
  }
  char name[NAME_SIZE], hex[32];
  thread_name(thread->tid, name, sizeof(name));
  dsu_json_open(reply, NULL, '{');
  dsu_json_number(reply, "thread", (uint64_t)thread->tid);
  dsu_json_string(reply, "name", name);
  dsu_json_bool(reply, "waiting", thread->waiting);
  dsu_json_bool(reply, "complete", thread->complete);
  dsu_json_open(reply, "frames", '[');
  for (uint32_t i = 0; i < thread->depth; ++i) {
    const char *function =
        function_name(thread->pcs[i], i == 0, hex, sizeof(hex));
    char shortened[256];
    snprintf(shortened, sizeof(shortened), "%s", function);
    dsu_json_string(reply, NULL, shortened);
  }
  dsu_json_close(reply, ']');
  dsu_json_close(reply, '}');
  return true;
}

static void put_line(const char *line, void *context) {
  dsu_json_string(context, NULL, line);
}

static void put_images(struct dsu_json *reply) {
  dsu_json_open(reply, "images", '[');
  for (struct dsu_image_state *s = dsu_images(); s; s = s->next) {
    if (s->base != s)
      continue;
    const char *name = dsu_rel(&s->image->name);
    const char *producer = dsu_rel(&s->image->producer);
    dsu_json_open(reply, NULL, '{');
    dsu_json_string(reply, "name", name ? name : "");
    dsu_json_string(reply, "producer", producer ? producer : "");
    dsu_json_id(reply, "built", &s->image->identity);
    dsu_json_id(reply, "runs", &s->current);
    dsu_json_number(reply, "functions", s->image->func_count);
    dsu_json_number(reply, "globals", s->image->data_count);
    dsu_json_close(reply, '}');
  }
  dsu_json_close(reply, ']');
}

static enum dsu_reason status(struct dsu_json *reply) {
  dsu_index_bodies();
  open_reply(reply, DSU_OK);
  dsu_json_number(reply, "abi", DSU_ABI_VERSION);
  put_images(reply);
  dsu_json_open(reply, "patches", '[');
  for (struct dsu_patch *p = dsu_patches(); p; p = p->next)
    put_patch(reply, NULL, p);
  dsu_json_close(reply, ']');
  struct thread_list list = {reply, 0};
  dsu_json_open(reply, "threads", '[');
  dsu_stop_snapshot(put_thread, &list);
  dsu_json_close(reply, ']');
  if (list.omitted)
    dsu_json_number(reply, "threads_omitted", list.omitted);
  dsu_json_open(reply, "log", '[');
  dsu_log_each(put_line, reply);
  dsu_json_close(reply, ']');
  dsu_json_close(reply, '}');
  return DSU_OK;
}

enum dsu_reason dsu_control_serve(const struct dsu_request *request,
                                  const char *body, int fd,
                                  struct dsu_json *reply) {
  if (request->op == DSU_OP_APPLY || request->op == DSU_OP_CHECK)
    return apply(request, body, fd, reply);
  if (fd >= 0)
    close(fd);
  if (request->op == DSU_OP_REVERT)
    return revert(request, body, reply);
  if (request->op == DSU_OP_STATUS)
    return status(reply);
  struct dsu_error error = {DSU_OK, ""};
  dsu_fail(&error, DSU_E_REQUEST, "operation %u is not known", request->op);
  dsu_control_refuse(reply, &error);
  return error.reason;
}
