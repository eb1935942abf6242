/*===- dsu_abi.h - C expansion of dsu_abi.def -------------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See dsu_abi.def for the meaning of everything declared here.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_DSU_ABI_H
#define DSU_DSU_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define DSU_STATIC_ASSERT static_assert
extern "C" {
#else
#define DSU_STATIC_ASSERT _Static_assert
#endif

#define DSU_KIND_U32 uint32_t
#define DSU_KIND_U64 uint64_t
#define DSU_KIND_REL int32_t
#define DSU_KIND_PTR void *
/* A wrapper struct, so that identities can be assigned and passed. */
typedef struct dsu_id {
  unsigned char bytes[32];
} dsu_id;
#define DSU_KIND_ID dsu_id

enum {
#define DSU_CONST(NAME, VALUE) NAME = (int)(VALUE),
#include "dsu/dsu_abi.def"
};

#define DSU_STRUCT_BEGIN(NAME) struct NAME {
#define DSU_FIELD(KIND, NAME) DSU_KIND_##KIND NAME;
#define DSU_STRUCT_END(NAME)                                                   \
  }                                                                            \
  ;
#include "dsu/dsu_abi.def"

/* No implicit padding: the size is the sum of the fields' sizes. */
#define DSU_STRUCT_BEGIN(NAME) DSU_STATIC_ASSERT(sizeof(struct NAME) == (0
#define DSU_FIELD(KIND, NAME) +sizeof(DSU_KIND_##KIND)
#define DSU_STRUCT_END(NAME) ), #NAME " has padding");
#include "dsu/dsu_abi.def"

#define DSU_ENTRY(RET, NAME, PARAMS) RET NAME PARAMS;
#include "dsu/dsu_abi.def"

/* Strings: DSU_SECTION_SLOTS and so on are static const char arrays. */
#define DSU_STRING(NAME, VALUE)                                                \
  __attribute__((unused)) static const char NAME[] = VALUE;
#include "dsu/dsu_abi.def"

/** Why a request ended as it did; the wire value of dsu_reply.reason. */
enum dsu_reason {
#define DSU_REASON(NAME, EXIT, TEXT) NAME,
#include "dsu/dsu_abi.def"
  DSU_REASON_COUNT
};

/** dsuctl's exit status for a reason; 9 for a value outside the list. */
static inline int dsu_reason_exit(unsigned reason) {
  static const unsigned char table[] = {
#define DSU_REASON(NAME, EXIT, TEXT) EXIT,
#include "dsu/dsu_abi.def"
  };
  return reason < DSU_REASON_COUNT ? table[reason] : 9;
}

/** The sentence that opens every message about a reason. */
static inline const char *dsu_reason_text(unsigned reason) {
  static const char *const table[] = {
#define DSU_REASON(NAME, EXIT, TEXT) TEXT,
#include "dsu/dsu_abi.def"
  };
  return reason < DSU_REASON_COUNT ? table[reason] : "unknown reason";
}

/** The reason's stable name, as it appears in JSON. */
static inline const char *dsu_reason_name(unsigned reason) {
  static const char *const table[] = {
#define DSU_REASON(NAME, EXIT, TEXT) #NAME,
#include "dsu/dsu_abi.def"
  };
  return reason < DSU_REASON_COUNT ? table[reason] : "DSU_UNKNOWN";
}

/** Target of a REL field; a null pointer for 0. */
static inline const void *dsu_rel(const int32_t *field) {
  return *field ? (const char *)field + *field : NULL;
}

#ifdef __cplusplus
}
#endif

#endif /* DSU_DSU_ABI_H */
