/*===- response.h - reading response files ----------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A build may hide its arguments in response files (@file), nested ones too.
// dsu-cc reads them to decide what an invocation does, by clang's rules (GNU
// quoting; @file that cannot be opened is an ordinary argument), but passes
// them on unchanged.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_CC_RESPONSE_H
#define DSU_CC_RESPONSE_H

#include "strings.h"

/** Appends the arguments with all response files opened to `out`. */
void dsu_expand_responses(const struct dsu_list *arguments,
                          struct dsu_list *out);

#endif /* DSU_CC_RESPONSE_H */
