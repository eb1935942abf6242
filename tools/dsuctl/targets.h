/*===- targets.h - the processes that a command means -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One process by number, all of one name, or one with its descendants.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_TARGETS_H
#define DSUCTL_TARGETS_H

#include "process.h"

struct targets {
  pid_t *pids;
  size_t count;
  bool several; /* the command may mean more than one */
};

void targets_add(struct targets *targets, pid_t pid);

/** Updatable processes of this user (of all users for root) whose command or
    executable has this name. */
void targets_add_named(struct targets *targets, const char *name);

/** Updatable processes that descend from `root` and are not in the list yet;
    parents before their children.  Returns how many were added. */
size_t targets_add_descendants(struct targets *targets, pid_t root);

/** Every updatable process of this user; of all users for root. */
void targets_add_updatable(struct targets *targets);

#endif /* DSUCTL_TARGETS_H */
