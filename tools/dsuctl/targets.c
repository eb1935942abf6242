/*===- targets.c - the processes that a command means -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See targets.h.
//
//===----------------------------------------------------------------------===*/

#include "targets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void targets_add(struct targets *targets, pid_t pid) {
  for (size_t i = 0; i < targets->count; ++i)
    if (targets->pids[i] == pid)
      return;
  pid_t *grown =
      realloc(targets->pids, (targets->count + 1) * sizeof(*targets->pids));
  if (!grown) {
    fputs("dsuctl: out of memory\n", stderr);
    exit(dsu_reason_exit(DSU_E_NO_MEMORY));
  }
  targets->pids = grown;
  targets->pids[targets->count++] = pid;
}

struct search {
  struct targets *targets;
  const char *name; /* null: any */
  pid_t root;       /* 0: anywhere */
};

static bool has_name(const struct process *process, const char *name) {
  const char *slash = strrchr(process->exe, '/');
  return strcmp(process->name, name) == 0 ||
         (slash && strcmp(slash + 1, name) == 0);
}

/** Follows the parents up; bounded, as the tree may change meanwhile. */
static bool descends(pid_t pid, pid_t root) {
  for (int depth = 0; pid > 0 && depth < 4096; ++depth) {
    if (pid == root)
      return true;
    pid = process_parent(pid);
  }
  return false;
}

static bool consider(pid_t pid, void *context) {
  struct search *search = context;
  if (pid == getpid() || (search->root && !descends(pid, search->root)))
    return true;
  struct process process;
  json_t *refusal = process_open(pid, &process);
  if (refusal) {
    json_decref(refusal);
    return true;
  }
  if (!search->name || has_name(&process, search->name))
    targets_add(search->targets, pid);
  process_close(&process);
  return true;
}

void targets_add_named(struct targets *targets, const char *name) {
  struct search search = {targets, name, 0};
  process_each(consider, &search);
}

void targets_add_updatable(struct targets *targets) {
  struct search search = {targets, NULL, 0};
  process_each(consider, &search);
}

static size_t depth_below(pid_t pid, pid_t root) {
  size_t depth = 0;
  for (; pid > 0 && pid != root && depth < 4096; ++depth)
    pid = process_parent(pid);
  return depth;
}

size_t targets_add_descendants(struct targets *targets, pid_t root) {
  size_t before = targets->count;
  struct search search = {targets, NULL, root};
  process_each(consider, &search);
  /* Few and short: an insertion sort by depth. */
  for (size_t i = before + 1; i < targets->count; ++i) {
    pid_t pid = targets->pids[i];
    size_t depth = depth_below(pid, root), k = i;
    for (; k > before && depth_below(targets->pids[k - 1], root) > depth; --k)
      targets->pids[k] = targets->pids[k - 1];
    targets->pids[k] = pid;
  }
  return targets->count - before;
}
