/*===- flush.h - what closing a copy of a descriptor does ---------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread gets a table of descriptors of its own by copying the lowest 64 and
// closing the copies (descriptor.h).  Where files are local that does nothing.
// But a file of FUSE, NFS or the like is told to a server at every close, which
// may answer late, or be a thread that is held; and a message queue forgets its
// notification when any thread of the process closes it.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_FLUSH_H
#define DSU_RT_FLUSH_H

#include <stdbool.h>

/** Whether closing copies is harmless now: null, or why it is not, for the log.
    For while threads are held.  Takes some microseconds; file systems that ask
    others are given five milliseconds. */
const char *dsu_flush_judge(void);

/** Whether one that did not answer in time, perhaps as its thread did not get a
    processor, has done so within another tenth of a second: for when no thread
    is held. */
bool dsu_flush_wait(void);

/** Null, or that a file system still has not answered: its thread cannot be
    held. */
const char *dsu_flush_pending(void);

/** In the child of fork: nobody asks. */
void dsu_flush_after_fork(void);

#endif /* DSU_RT_FLUSH_H */
