/*===- visibility.h - who sees a symbol of the runtime ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_RT_VISIBILITY_H
#define DSU_RT_VISIBILITY_H

/** Interposes libc's function of the same name.  Weak, so that a program may
    have a function of its own by that name, as it may with libc: then the
    runtime does not stand in.  For the same reason the runtime never calls by
    such a name but by DSU_REAL or a static function. */
#ifdef DSU_STRONG /* see rt/CMakeLists.txt */
#define DSU_EXPORT __attribute__((visibility("default")))
#else
#define DSU_EXPORT __attribute__((visibility("default"), weak))
#endif

/** On the declaration of a variable that hot code reads: it is addressed
    directly, not through the global offset table.  -fvisibility=hidden does so
    for definitions only. */
#define DSU_HIDDEN __attribute__((visibility("hidden")))

/** The same for a thread-local: the runtime is part of the executable. */
#define DSU_TLS __thread DSU_HIDDEN __attribute__((tls_model("local-exec")))

#endif /* DSU_RT_VISIBILITY_H */
