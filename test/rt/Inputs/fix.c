/*===- fix.c - a patch for server.c, made by hand -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Replaces value(), adds a function, edits a table and uses every kind of
// import. Macros make the variants that have to be refused.
//
//===----------------------------------------------------------------------===*/

#include "image.h"

#ifdef STAY
#include <poll.h>
#include <stddef.h>
#endif

#ifndef IDENTITY
#define IDENTITY 0xb2
#endif
#ifndef FROM
#define FROM 0xa1
#endif
#ifndef LEVEL
#define LEVEL 1
#endif
#ifndef OLD_HASH
#define OLD_HASH 0x11
#endif
#ifndef HASH
#define HASH 0x44
#endif
#ifndef SUMMAND /* value(x) = x + 1000 + SUMMAND */
#define SUMMAND 100
#endif
#ifndef NEXT /* the opposite of value()'s call site, which is number 3 */
#define NEXT 5
#endif
#ifndef VALUE_FLAGS
#define VALUE_FLAGS 2
#endif
#ifndef VALUE_SLOT
#define VALUE_SLOT 0xffffffff
#endif
#ifndef VALUE_BODY
#define VALUE_BODY value_body
#endif
#ifndef SLOT_BODY
#define SLOT_BODY fresh_body
#endif
#ifndef FIRST_NAME
#define FIRST_NAME "fresh"
#endif
#ifndef FRESH_SLOT
#define FRESH_SLOT 0
#endif
#ifdef EDIT_ELSEWHERE
#define EDIT_TARGET "\"dsu.ext:abs\""
#else
#define EDIT_TARGET "\"dsu.data:greeting\""
#endif
#ifndef IMPORT_SLOT
#define IMPORT_SLOT "dsu.slot:other"
#endif
#ifndef IMPORT_ADDR
#define IMPORT_ADDR "dsu.addr:value"
#endif
#ifndef IMPORT_DATA
#define IMPORT_DATA "dsu.data:counter"
#endif
#ifndef IMPORT_TLS
#define IMPORT_TLS "dsu.tls:local"
#endif
#ifndef IMPORT_EXT
#define IMPORT_EXT "dsu.ext:abs"
#endif

extern int (*slot_other)(int) __asm__(IMPORT_SLOT) __attribute__((weak));
extern int address(int) __asm__(IMPORT_ADDR) __attribute__((weak));
extern int counter __asm__(IMPORT_DATA) __attribute__((weak));
extern int external(int) __asm__(IMPORT_EXT) __attribute__((weak));
extern __thread int local __asm__(IMPORT_TLS)
    __attribute__((weak, tls_model("initial-exec")));

__attribute__((noinline, used)) static int fresh_body(int x) {
  return x + 1000;
}
extern int (*fresh_slot)(int) __attribute__((visibility("hidden")));
__attribute__((used)) static int (*volatile stored)(int) = address;

#ifdef UNDEFINED
extern int nobody_defines_this(void);
#endif

__attribute__((used)) static int value_body(int x) {
#ifdef STAY
  if (x < 0) { /* stay here for a while */
    poll(NULL, 0, -x);
    __asm__ volatile("");
  }
#endif
  local++;
  counter++;
#ifdef UNDEFINED
  nobody_defines_this();
#endif
  if (!stored)
    return -1;
#if SUMMAND == 100
  return slot_other(fresh_slot(external(x)));
#else
  return fresh_slot(external(x)) + (slot_other ? SUMMAND : 0);
#endif
}

__attribute__((used)) static const char old_text[] = "hello";
__attribute__((used)) static const char new_text[] = "bonjour";
__attribute__((used)) static const char *new_cell = new_text;
__attribute__((used)) static const int old_limit = 20, new_limit = 99;

IMAGE(__dsu_patch, 2, LEVEL, IDENTITY, FROM);
ENTRY("dsu_slots,\"aw\",@progbits\n", "fresh_slot:\n");
ENTRIES(SLOT, SLOT_BODY);
ENTRIES(FUNC, FIRST_NAME, fresh_body, 0, FRESH_SLOT, 0x33, 0, 8);
ENTRIES(FUNC, "value", VALUE_BODY, 0, VALUE_SLOT, HASH, OLD_HASH, VALUE_FLAGS);
ENTRIES(EDIT, EDIT_TARGET, 0, old_text, new_cell, 8, 1);
EDIT("\"dsu.data:limits\"", 4, old_limit, new_limit, 4, 0);
#ifdef RETURN_OFFSET
ENTRIES(SITE, 1, RETURN_OFFSET, 3, NEXT);
#endif
#ifdef SITES
SITE(1, 8, 1, 1);
SITE(1, 4, 2, 2);
#endif
IMAGE_END(__dsu_patch, "fix.c", 0);

#ifdef CONSTRUCTOR
__attribute__((constructor)) static void run_early(void) { __builtin_trap(); }
#endif
#ifdef IFUNC
static int implementation(void) { return 1; }
__attribute__((used)) static int (*resolve(void))(void) {
  int (*result)(void) = implementation;
  __asm__("" : "+r"(result)); /* or the compiler resolves it itself */
  return result;
}
__attribute__((visibility("default"))) int chosen(void)
    __attribute__((ifunc("resolve")));
__attribute__((used)) static int (*volatile choice)(void) = chosen;
#endif
