/*===- visibility.h - who sees a symbol of the runtime ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_VISIBILITY_H
#define DSU_RT_VISIBILITY_H

/** Interposes libc's function of the same name. */
#define DSU_EXPORT __attribute__((visibility("default")))

/** On the declaration of a variable that hot code reads: it is addressed
    directly, not through the global offset table.  -fvisibility=hidden does so
    for definitions only. */
#define DSU_HIDDEN __attribute__((visibility("hidden")))

/** The same for a thread-local: the runtime is part of the executable. */
#define DSU_TLS __thread DSU_HIDDEN __attribute__((tls_model("local-exec")))

#endif /* DSU_RT_VISIBILITY_H */
