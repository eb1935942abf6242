//===- state.h - waits for what the kernel says of a task ------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef DSU_TEST_STATE_H
#define DSU_TEST_STATE_H

#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* Until a process or a thread is in this state: 'S' blocked, 'T' stopped. */
static void wait_for_state(pid_t id, char wanted) {
  char path[64], text[512], state = 0;
  snprintf(path, sizeof path, "/proc/%d/stat", (int)id);
  while (state != wanted) {
    usleep(1000);
    FILE *file = fopen(path, "r");
    if (file && fgets(text, sizeof text, file))
      state = strrchr(text, ')')[2];
    if (file)
      fclose(file);
  }
}

#endif // DSU_TEST_STATE_H
