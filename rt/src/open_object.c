/*===- open_object.c - dlopen of bytes that were checked ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See open_object.h.  The path names the process by number, not as `self`, so
// that a debugger, which is another process, can read symbols through it.
//
//===----------------------------------------------------------------------===*/

#include "open_object.h"

#include "agent.h"
#include "fault.h"
#include "log.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { PATH_SIZE = 128, HIGH_DESCRIPTOR = 960, LOWEST_DESCRIPTOR = 3 };

int dsu_move_descriptor(int fd) {
  if (fd < 0)
    return -1;
  struct rlimit limit;
  int high = HIGH_DESCRIPTOR;
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
      limit.rlim_cur / 2 < (rlim_t)high)
    high = (int)(limit.rlim_cur / 2);
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, high);
  if (moved < 0)
    moved = fcntl(fd, F_DUPFD_CLOEXEC, LOWEST_DESCRIPTOR);
  if (moved < 0 && fd >= LOWEST_DESCRIPTOR)
    return fd;
  close(fd);
  return moved;
}

/** The number of this load, spelled in slashes and dots that mean nothing: no
    two loads use the same path. */
static const char *spell_load(char spelling[2 * 32 + 1]) {
  static unsigned loads;
  char *end = spelling;
  for (unsigned number = ++loads; number; number >>= 1) {
    if (number & 1)
      *end++ = '.';
    *end++ = '/';
  }
  *end = 0;
  return spelling;
}

static bool leads_to(int directory, const char *path,
                     const struct stat *status) {
  struct stat found = {0};
  return fstatat(directory, path, &found, 0) == 0 &&
         found.st_dev == status->st_dev && found.st_ino == status->st_ino;
}

/** Writes a path of the descriptor in /proc; false without /proc. */
static bool absolute_path(char *path, int fd, const struct stat *status) {
  char process[32], spelling[2 * 32 + 1];
  ssize_t length = readlink("/proc/self", process, sizeof(process) - 1);
  if (length <= 0)
    return false;
  process[length] = 0;
  snprintf(path, PATH_SIZE, "/proc/%s/fd/%s%d", process, spell_load(spelling),
           fd);
  return leads_to(AT_FDCWD, path, status);
}

/** The same by way of the directory that the client has sent: the agent, and no
    other thread, moves there. */
static bool relative_path(char *path, int fd, const struct stat *status) {
  char spelling[2 * 32 + 1];
  int process =
      dsu_fault_point("lent-directory") ? -1 : dsu_agent_process_directory();
  int directory = process < 0
                      ? -1
                      : openat(process, "fd", O_PATH | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0)
    return false;
  snprintf(path, PATH_SIZE, "./%s%d", spell_load(spelling), fd);
  bool there = leads_to(directory, path, status) && unshare(CLONE_FS) == 0 &&
               fchdir(directory) == 0;
  close(directory);
  return there;
}

static bool try_open(const char *path, struct dsu_object *object,
                     struct dsu_error *error) {
  object->handle =
      dsu_fault_point("dlopen") ? NULL : dlopen(path, RTLD_NOW | RTLD_LOCAL);
  struct link_map *map;
  if (object->handle && dlinfo(object->handle, RTLD_DI_LINKMAP, &map) == 0) {
    object->address = map->l_addr;
    return true;
  }
  static const char undefined[] = "undefined symbol: ";
  const char *text = dlerror();
  const char *symbol = text ? strstr(text, undefined) : NULL;
  if (symbol)
    return dsu_fail(error, DSU_E_PATCH_IMPORT,
                    "symbol %s, which no loaded library defines",
                    symbol + strlen(undefined));
  return dsu_fail(error, DSU_E_PATCH_LOAD, "%s",
                  text ? text : "the dynamic linker gave no reason");
}

/** A directory in which nobody else can put another file in our file's place.
 */
static bool private_enough(const char *directory) {
  struct stat status = {0};
  return stat(directory, &status) == 0 && S_ISDIR(status.st_mode) &&
         ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0 ||
          (status.st_mode & S_ISVTX));
}

static int create_copy(const char *directory, char *path, const void *bytes,
                       uint64_t size) {
  uint64_t name[2];
  if (!private_enough(directory) ||
      getrandom(name, sizeof(name), 0) != sizeof(name))
    return -1;
  snprintf(path, PATH_SIZE, "%s/.dsu-%016llx%016llx", directory,
           (unsigned long long)name[0], (unsigned long long)name[1]);
  int fd = dsu_move_descriptor(
      open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (fd < 0)
    return -1;
  const char *next = bytes;
  while (size) {
    ssize_t written = write(fd, next, size);
    if (written < 0 && errno == EINTR)
      continue;
    if (written <= 0) {
      unlink(path);
      close(fd);
      return -1;
    }
    next += written;
    size -= (uint64_t)written;
  }
  return fd;
}

/** The way without /proc.  A directory may forbid execution: try the next. */
static bool open_copy(const void *bytes, uint64_t size,
                      struct dsu_object *object, struct dsu_error *error) {
  static const char *const directories[] = {"/dev/shm", "/run", "/tmp",
                                            "/var/tmp", "/",    "."};
  struct dsu_error last = {DSU_OK, ""};
  for (size_t i = 0; i < sizeof(directories) / sizeof(directories[0]); ++i) {
    char path[PATH_SIZE];
    int fd = create_copy(directories[i], path, bytes, size);
    if (fd < 0)
      continue;
    last = (struct dsu_error){DSU_OK, ""};
    bool opened = try_open(path, object, &last);
    unlink(path);
    close(fd);
    if (opened)
      return true;
    if (last.reason == DSU_E_PATCH_IMPORT)
      break;
  }
  if (last.reason != DSU_OK)
    return dsu_fail(error, last.reason, "%s", last.detail);
  return dsu_fail(error, DSU_E_PATCH_LOAD,
                  "there is no /proc here and no directory that can be "
                  "written (tried /dev/shm, /run, /tmp, /var/tmp, / and the "
                  "current one)");
}

bool dsu_open_object(int *fd, const void *bytes, uint64_t size,
                     struct dsu_object *object, struct dsu_error *error) {
  *object = (struct dsu_object){.descriptor = -1};
  struct stat status = {0};
  char path[PATH_SIZE];
  *fd = dsu_move_descriptor(*fd);
  if (*fd < 0 || fstat(*fd, &status) != 0)
    return dsu_fail(error, DSU_E_PATCH_LOAD, "no descriptor is free");
  if (!absolute_path(path, *fd, &status) && !relative_path(path, *fd, &status))
    return open_copy(bytes, size, object, error);
  if (!try_open(path, object, error))
    return false;
  object->descriptor = *fd;
  object->device = status.st_dev;
  object->inode = status.st_ino;
  *fd = -1;
  return true;
}
