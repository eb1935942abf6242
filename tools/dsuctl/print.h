/*===- print.h - replies for people -------------------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One paragraph a reply; errors go to standard error.
//
//===----------------------------------------------------------------------===*/

#ifndef DSUCTL_PRINT_H
#define DSUCTL_PRINT_H

#include "process.h"

void print_reply(const json_t *reply);

/** A table's row: what `dsuctl list` knows of one process. */
void print_process(const json_t *process, bool first);

#endif /* DSUCTL_PRINT_H */
