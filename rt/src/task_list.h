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
    is none, or one of another namespace of pids.  The caller closes it. */
int dsu_task_open(void);

/** Calls each(tid) for every thread of the process; false if the list cannot be
    read or the callback fails.  The listing ends early when the thread at which
    it stands exits (proc(5) does not say so): compare dsu_task_count. */
bool dsu_task_each(int task_fd, bool (*each)(pid_t tid, void *context),
                   void *context);

/** How many threads there are, counted by the kernel in one piece: the
    directory's link count is 2 and that number.  -1 for task_fd: without a
    descriptor, where /proc can be reached. */
bool dsu_task_count(int task_fd, size_t *count);

/** Calls each(tid) for threads of the process, found without a descriptor: the
    kernel is asked for the numbers that follow the process' own and for those
    around the caller's, which is new, until the callback returns false.  With
    0 it is asked now and then whether to go on.  Some thousands take a
    millisecond, all that there can be half a second. */
void dsu_task_probe(bool all, bool (*each)(pid_t tid, void *context),
                    void *context);

/** Whether there is such a thread. */
bool dsu_task_exists(pid_t tid);

/** Whether a thread has ended.  A main thread that has stays as a zombie, which
    exists and is counted.  -1 for task_fd as above; opens no descriptor. */
bool dsu_task_is_gone(int task_fd, pid_t tid);

#endif /* DSU_RT_TASK_LIST_H */
