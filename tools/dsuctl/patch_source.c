/*===- patch_source.c - the patch file, read once -----------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See patch_source.h.
//
//===----------------------------------------------------------------------===*/

#include "patch_source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static const off_t max_size = 64 << 20;

static const char *const give_patch =
    "give the .dsu.so file that dsu-diff wrote";

/** Copies until the end of the file, which may grow meanwhile. */
static bool copy(int from, int to, off_t *copied) {
  char buffer[65536];
  *copied = 0;
  for (;;) {
    ssize_t got = read(from, buffer, sizeof(buffer));
    if (got == 0)
      return true;
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return false;
    *copied += got;
    if (*copied > max_size)
      return true;
    for (ssize_t done = 0; done < got;) {
      ssize_t put = write(to, buffer + done, (size_t)(got - done));
      if (put < 0 && errno == EINTR)
        continue;
      if (put <= 0)
        return false;
      done += put;
    }
  }
}

static int open_regular(const char *path, json_t **refusal) {
  /* Not blocking: a FIFO without a writer would wait for ever. */
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    *refusal = reply_refusal(0, DSU_E_PATCH_UNREADABLE, give_patch, "%s: %s",
                             path, strerror(errno));
    return -1;
  }
  struct stat status;
  if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
    return fd;
  *refusal =
      reply_refusal(0, DSU_E_PATCH_NOT_REGULAR, give_patch, "%s is %s", path,
                    S_ISDIR(status.st_mode)    ? "a directory"
                    : S_ISFIFO(status.st_mode) ? "a named pipe"
                                               : "a device or a socket");
  close(fd);
  return -1;
}

/** A .dsu.bc, whose name differs from a patch's in two letters. */
static bool is_program_file(int fd) {
  static const unsigned char bitcode[4] = {0xde, 0xc0, 0x17,
                                           0x0b}; /* wrapper */
  unsigned char start[sizeof(bitcode)];
  return pread(fd, start, sizeof(start), 0) == (ssize_t)sizeof(start) &&
         memcmp(start, bitcode, sizeof(start)) == 0;
}

static int new_memory_file(const char *path) {
  const char *slash = strrchr(path, '/');
  char name[200];
  strncpy(name, slash ? slash + 1 : path, sizeof(name) - 1);
  name[sizeof(name) - 1] = 0;
  return memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
}

int patch_source_open(const char *path, json_t **refusal) {
  int from = open_regular(path, refusal);
  if (from < 0)
    return -1;
  if (is_program_file(from)) {
    close(from);
    *refusal =
        reply_refusal(0, DSU_E_PATCH_NOT_ELF, give_patch,
                      "%s is the program as bitcode, for dsu-diff", path);
    return -1;
  }
  off_t size = 0;
  int to = new_memory_file(path);
  bool copied = to >= 0 && copy(from, to, &size);
  int error = errno;
  close(from);
  if (copied && size == 0)
    *refusal = reply_refusal(0, DSU_E_PATCH_EMPTY,
                             "make the patch again with dsu-diff", "%s", path);
  else if (copied && size > max_size)
    *refusal =
        reply_refusal(0, DSU_E_TOO_LARGE, give_patch,
                      "%s has more than %lld bytes", path, (long long)max_size);
  else if (!copied ||
           fcntl(to, F_ADD_SEALS,
                 F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0)
    *refusal = reply_refusal(0, DSU_E_PATCH_UNREADABLE, give_patch, "%s: %s",
                             path, strerror(copied ? errno : error));
  else
    return to;
  if (to >= 0)
    close(to);
  return -1;
}

json_t *patch_source_hash(const char *path, char hex[2 * DSU_ID_SIZE + 1]) {
  json_t *refusal = NULL;
  int fd = open_regular(path, &refusal);
  if (fd < 0)
    return refusal;
  char trailer[DSU_TRAILER_SIZE];
  size_t magic = sizeof(DSU_TRAILER_MAGIC) - 1;
  off_t end = lseek(fd, 0, SEEK_END);
  bool read_it = end >= DSU_TRAILER_SIZE &&
                 pread(fd, trailer, sizeof(trailer), end - DSU_TRAILER_SIZE) ==
                     DSU_TRAILER_SIZE;
  close(fd);
  if (!read_it || memcmp(trailer, DSU_TRAILER_MAGIC, magic) != 0)
    return reply_refusal(0, DSU_E_PATCH_NOT_DSU, give_patch,
                         "%s does not end as a patch does", path);
  for (size_t i = 0; i < DSU_ID_SIZE; ++i)
    snprintf(hex + 2 * i, 3, "%02x", (unsigned char)trailer[magic + i]);
  return NULL;
}
