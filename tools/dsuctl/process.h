/*===- process.h - what can be known of a process from outside ----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads /proc only; nothing is sent to the process.  A signal that a process
// does not catch ends it, so whether it is updatable has to be certain before
// any is sent.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_PROCESS_H
#define DSUCTL_PROCESS_H

#include "elf_note.h"
#include "reply.h"

#include <limits.h>

struct process {
  pid_t pid;
  pid_t inner_pid; /* in the process's own namespace */
  pid_t parent;
  pid_t thread;  /* by which it is looked at: the main thread, if that lives */
  int pidfd;     /* refers to this process for ever, unlike the number */
  uid_t uid;     /* effective */
  char state;    /* of /proc/PID/stat */
  char name[64]; /* command name */
  char exe[PATH_MAX];
  bool filtered;   /* a filter (seccomp) forbids some system calls */
  uint64_t caught; /* mask of signals that have a handler */
  struct elf_note note;
};

/** Opens an updatable process; null, or the refusal. */
json_t *process_open(pid_t pid, struct process *process);

void process_close(struct process *process);

/** True once the process has ended. */
bool process_ended(const struct process *process);

/** The names of the patches that lie in its memory, applied or reverted since
    (which only the process itself knows); an array. */
json_t *process_patches(const struct process *process);

/** Calls `each` for every number in /proc, until it returns false. */
void process_each(bool (*each)(pid_t pid, void *context), void *context);

/** A thread that would handle the process's signal at once, the main thread if
    possible; 0: none, or it is not known. */
pid_t process_reachable_thread(const struct process *process);

/** Whether the process is at another request: it has an agent. */
bool process_is_served(const struct process *process);

/** Parent of a process, 0 if it is gone. */
pid_t process_parent(pid_t pid);

/** Waits while a process is so young that it may be about to start another
    program, which the runtime's signal would end. */
void process_settle(pid_t pid);

#endif /* DSUCTL_PROCESS_H */
