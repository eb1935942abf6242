/*===- fix2.c - a patch on top of fix.c, made by hand -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces the function that fix.c added, and value() again, which it leaves to
// its stable address.  Version 0xc3.
//
//===----------------------------------------------------------------------===*/

#include "image.h"

extern int (*slot_fresh)(int) __asm__("dsu.slot:fresh") __attribute__((weak));
extern int (*slot_other)(int) __asm__("dsu.slot:other") __attribute__((weak));

__attribute__((used)) static int fresh_body(int x) { return x + 5000; }
__attribute__((used)) static int value_body(int x) {
  return slot_fresh(slot_other(x));
}

IMAGE(__dsu_patch, 2, 1, 0xc3, 0xb2);
FUNC("fresh", fresh_body, 0, 0xffffffff, 0x55, 0x33, 2);
FUNC("value", value_body, 0, 0xffffffff, 0x66, 0x44, 2);
#ifdef NUMBER /* the call site of fix.c's value() that may stay */
ENTRIES(SITE, 1, 0, NUMBER, 1);
#endif
IMAGE_END(__dsu_patch, "fix2.c", 0);
