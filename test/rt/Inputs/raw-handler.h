//===- raw-handler.h - handlers installed past the runtime -----*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Test support: installs a handler by the raw system call, as a language's
// runtime may do.
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_RAW_HANDLER_H
#define DSU_TEST_RAW_HANDLER_H

#include "sys.h"

#include <stdint.h>
#include <stdlib.h>

void raw_restorer(void);
__asm__(".text\n.globl raw_restorer\nnop\nraw_restorer:\n"
        "movl $15, %eax\nsyscall\n");

static void install_raw(int number, void (*handler)(int)) {
  struct {
    void (*handler)(int);
    unsigned long flags;
    void (*restorer)(void);
    uint64_t mask;
  } action = {.handler = handler,
              .flags = 0x04000000, /* SA_RESTORER */
              .restorer = raw_restorer};
  if (dsu_sys6(SYS_rt_sigaction, number, (long)&action, 0, 8, 0, 0) != 0)
    abort();
}

#endif // DSU_TEST_RAW_HANDLER_H
