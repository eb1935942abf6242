/*===- init.h - the runtime's start ------------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_INIT_H
#define DSU_RT_INIT_H

#include <sys/types.h>

/** The process whose memory this is; 0 before the constructor ran.  Differs
    from getpid() in a child of vfork. */
extern pid_t dsu_process_id;

#endif /* DSU_RT_INIT_H */
