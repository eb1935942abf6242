/*===- foreign.h - objects that another compiler made -----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of another compiler can be linked in, but nothing in them can be
// updated, and dsu-diff does not see a change in them.  The plain way to get
// them is by accident: `make CC=dsu-cc` where a former `make` has left its
// objects.  So dsu-cc names them at the link.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_CC_FOREIGN_H
#define DSU_CC_FOREIGN_H

#include "strings.h"

/** Appends to `found` those of `inputs` that hold C of another compiler,
   members of archives as "libx.a(y.o)".  Not looked at are thin archives, and
   what lies in the system's directories.  C++ and assembly are not meant: they
   are never updatable, and nobody expects it of them. */
void dsu_find_foreign(const struct dsu_list *inputs, struct dsu_list *found);

/** Appends to `inputs` the static ones of `libraries` (what follows -l), each
    once, as the linker finds them in the user's `directories`.  That -Bstatic
   passes shared ones over is not considered. */
void dsu_find_libraries(const struct dsu_list *libraries,
                        const struct dsu_list *directories,
                        struct dsu_list *inputs);

/** One sentence for them. */
const char *dsu_foreign_text(const struct dsu_list *found);

#endif /* DSU_CC_FOREIGN_H */
