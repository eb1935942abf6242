/*===- descriptor.h - the agent's own descriptors -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program closes descriptors that it does not know, opens something else
// under their numbers, and counts on getting the lowest free one.  So the agent
// has none in the program's table: its thread has a table of its own.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_DESCRIPTOR_H
#define DSU_RT_DESCRIPTOR_H

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

/** Gives the calling thread an empty table of descriptors.  All other threads
    are held for a moment: the kernel copies some descriptors and closes the
    copies, and what a thread closed meanwhile would not be closed when close()
    returns.  Not done where closing copies is not harmless (flush.h).  Null; or
    the reason why nothing was done, for the log, until the next call. */
const char *dsu_descriptor_separate(void);

/** For how long that held them, in nanoseconds; the longest try. */
uint64_t dsu_descriptor_held_ns(void);

/** Moves a descriptor away from the numbers to which the program's allocator,
    or the dynamic linker, may print; close-on-exec.  The number may stay as it
   is, but is never 0 to 2; -1 if that cannot be had. */
int dsu_descriptor_move(int fd);

/** Closes *fd, if there is one, and sets it to -1. */
void dsu_descriptor_close(int *fd);

/** poll() until a time of CLOCK_MONOTONIC: number of ready ones or -errno. */
int dsu_poll_until(struct pollfd *fds, unsigned count, uint64_t until_ns);

#endif /* DSU_RT_DESCRIPTOR_H */
