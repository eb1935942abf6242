/*===- image.h - handmade images for tests of the runtime ---------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes struct dsu_image and its tables by assembler, as the passes would.  A
// program or patch consists of
//
//   IMAGE(SYMBOL, KIND, LEVEL, IDENTITY, FROM)   identities: one repeated byte
//   FUNC, SLOT, DATA, EXT, EDIT, SITE            entries, sorted by name
//   IMAGE_END(SYMBOL, NAME, TLS_ADDR)            the descriptor itself
//
// all at file scope.  Field by field these follow dsu_abi.def; the loader would
// refuse anything else.  Every argument is pasted into assembler: 0 means none.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_TEST_IMAGE_H
#define DSU_TEST_IMAGE_H

/* Offset to a symbol, or 0. */
__asm__(".macro dsu_rel target\n"
        ".ifc \\target,0\n .long 0\n .else\n .long \\target - .\n .endif\n"
        ".endm\n"
        ".macro dsu_name text\n"
        " .pushsection dsu_names,\"a\",@progbits\n"
        " .Lname\\@: .asciz \"\\text\"\n"
        " .popsection\n"
        " .long .Lname\\@ - .\n"
        ".endm\n");

#define META "dsu_meta,\"a\",@progbits\n"
#define TABLE(NAME) "dsu_meta_" NAME ",\"a\",@progbits\n"
#define CELLS(NAME) "dsu_cells_" NAME ",\"aw\",@progbits\n"
#define ENTRY(SECTION, BODY)                                                   \
  __asm__(".pushsection " SECTION BODY ".popsection\n")
#define START(SECTION, LABEL) ENTRY(SECTION, ".balign 8\n" LABEL ":\n")

#define IMAGE(...) IMAGE_EXPANDED(__VA_ARGS__)
#define IMAGE_EXPANDED(SYMBOL, KIND, LEVEL, IDENTITY, FROM)                    \
  ENTRY(META, ".balign 8\n.hidden .Limage\n"                                   \
              ".set .Lkind, " #KIND "\n.set .Llevel, " #LEVEL "\n"             \
              ".set .Lid, " #IDENTITY "\n.set .Lfrom, " #FROM "\n");           \
  START(TABLE("funcs"), ".Lfuncs");                                            \
  START(TABLE("data"), ".Ldata");                                              \
  START(TABLE("extn"), ".Lextn");                                              \
  START(TABLE("sites"), ".Lsites");                                            \
  START(CELLS("exta"), ".Lexta");                                              \
  START(CELLS("edits"), ".Ledits");                                            \
  ENTRY("dsu_slots,\"aw\",@progbits\n", ".balign 4096\n.Lslots:\n")

#define FUNC(NAME, BODY, ADDR, SLOT, HASH, OLD_HASH, FLAGS)                    \
  ENTRY(TABLE("funcs"), "dsu_name \"" NAME "\"\ndsu_rel " #BODY                \
                        "\ndsu_rel " #ADDR "\n.long " #SLOT "\n.quad " #HASH   \
                        ", " #OLD_HASH "\n.long " #FLAGS ", 0\n")
#define SLOT(BODY) ENTRY("dsu_slots,\"aw\",@progbits\n", ".quad " #BODY "\n")
#define DATA(NAME, ADDR, SIZE, FLAGS, TLS)                                     \
  ENTRY(TABLE("data"),                                                         \
        "dsu_name \"" NAME "\"\ndsu_rel " #ADDR "\n.quad " #SIZE               \
        "\n.long 8, " #FLAGS ", " #TLS ", 0\n")
#define EXT(NAME, SYMBOL)                                                      \
  ENTRY(TABLE("extn"), "dsu_name \"" NAME "\"\n");                             \
  ENTRY(CELLS("exta"), ".quad " #SYMBOL "\n")
#define EDIT(TARGET, OFFSET, OLD, NEW, SIZE, KIND)                             \
  ENTRY(CELLS("edits"),                                                        \
        ".weak " TARGET "\n.quad " TARGET " + " #OFFSET "\n.quad " #OLD        \
        ", " #NEW "\n.long " #SIZE ", " #KIND "\n")
/* Expands macros in the arguments first. */
#define ENTRIES(MACRO, ...) MACRO(__VA_ARGS__)
#define SITE(FUNC, RET, NUMBER, NEXT)                                          \
  ENTRY(TABLE("sites"), ".long " #FUNC ", " #RET ", " #NUMBER ", " #NEXT "\n")

#define IMAGE_END(SYMBOL, NAME, TLS_ADDR)                                      \
  ENTRY("dsu_slots,\"aw\",@progbits\n", ".Lslots_end: .balign 4096\n");        \
  ENTRY(TABLE("funcs"), ".Lfuncs_end:\n");                                     \
  ENTRY(TABLE("data"), ".Ldata_end:\n");                                       \
  ENTRY(TABLE("extn"), ".Lextn_end:\n");                                       \
  ENTRY(TABLE("sites"), ".Lsites_end:\n");                                     \
  ENTRY(CELLS("edits"), ".Ledits_end:\n");                                     \
  ENTRY(META, ".balign 8\n.globl " #SYMBOL "\n" #SYMBOL ":\n"                  \
              ".long 0x44535549, DSU_TEST_ABI, .Lkind, .Llevel\n"              \
              ".fill 32, 1, .Lid\n.fill 32, 1, .Lfrom\n"                       \
              "dsu_name \"" NAME "\"\ndsu_name \"by hand\"\n"                  \
              "dsu_rel .Lslots\ndsu_rel .Lfuncs\ndsu_rel .Ldata\n"             \
              "dsu_rel .Lextn\ndsu_rel .Lexta\ndsu_rel .Ledits\n"              \
              "dsu_rel .Lsites\ndsu_rel " #TLS_ADDR "\n"                       \
              ".long (.Lslots_end - .Lslots) / 8\n"                            \
              ".long (.Lfuncs_end - .Lfuncs) / 40\n"                           \
              ".long (.Ldata_end - .Ldata) / 32\n"                             \
              ".long (.Lextn_end - .Lextn) / 4\n"                              \
              ".long (.Ledits_end - .Ledits) / 32\n"                           \
              ".long (.Lsites_end - .Lsites) / 16\n")

/* The ABI version that images are marked with; tests of refusal change it. */
#ifndef TEST_ABI
#define TEST_ABI 3
#endif
#define STRING_OF(X) #X
#define EXPANDED_STRING_OF(X) STRING_OF(X)
__asm__(".set DSU_TEST_ABI, " EXPANDED_STRING_OF(TEST_ABI) "\n");

/* What the passes add to an executable: note and registration. */
#define BASE_NOTE(...) BASE_NOTE_EXPANDED(__VA_ARGS__)
#define BASE_NOTE_EXPANDED(SIGNAL, IDENTITY)                                   \
  ENTRY(".note.dsu,\"a\",@note\n",                                             \
        ".balign 4\n.long 4, 40, 1\n.asciz \"DSU\"\n"                          \
        ".long DSU_TEST_ABI, " #SIGNAL "\n.fill 32, 1, " #IDENTITY "\n")

#define BASE_REGISTRATION(SYMBOL)                                              \
  struct dsu_image;                                                            \
  extern const struct dsu_image SYMBOL __attribute__((visibility("hidden")));  \
  void __dsu_register_image(const struct dsu_image *) __attribute__((weak));   \
  __attribute__((constructor(101))) static void register_##SYMBOL(void) {      \
    if (__dsu_register_image)                                                  \
      __dsu_register_image(&SYMBOL);                                           \
  }

#endif /* DSU_TEST_IMAGE_H */
