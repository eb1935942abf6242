/*===- task_list.h - the threads of the process, from the kernel -*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For the updater, while threads are held: no allocation, no lock, no libc but
// memcpy and the like.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_TASK_LIST_H
#define DSU_RT_TASK_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/** Opens /proc/self/task, or what stands for it after chroot; negative if there
    is none.  The caller closes it. */
int dsu_task_open(void);

/** Calls each(tid) for every thread of the process; false if the list cannot be
    read or the callback fails.  The listing ends early when the thread at which
    it stands exits (proc(5) does not say so): compare dsu_task_count. */
bool dsu_task_each(int task_fd, bool (*each)(pid_t tid, void *context),
                   void *context);

/** How many threads there are, counted by the kernel in one piece: the
    directory's link count is 2 and that number. */
bool dsu_task_count(int task_fd, size_t *count);

/** Whether a thread has ended.  A main thread that has stays as a zombie, which
    the kernel still counts. */
bool dsu_task_is_gone(int task_fd, pid_t tid, bool *zombie);

#endif /* DSU_RT_TASK_LIST_H */
