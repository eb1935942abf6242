/*===- open_object.c - dlopen of bytes that were checked ----------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See open_object.h.  The path leads through the agent's own descriptors,
// which end with it.  It names process and thread by number, so that a
// debugger, which is another process, can read symbols through it as long as
// the agent is there.  Afterwards debuggers, and programs that print
// backtraces, find the name of the file from which the patch came.
//
//===----------------------------------------------------------------------===*/

#include "open_object.h"

#include "descriptor.h"
#include "fault.h"
#include "log.h"
#include "request.h"
#include "sys.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "posix.h" /* last: it takes names over */

enum { PATH_SIZE = 128 };

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
  char thread[32], spelling[2 * 32 + 1];
  ssize_t length = readlink("/proc/thread-self", thread, sizeof(thread) - 1);
  if (length <= 0)
    return false;
  thread[length] = 0;
  snprintf(path, PATH_SIZE, "/proc/%s/fd/%s%d", thread, spell_load(spelling),
           fd);
  return leads_to(AT_FDCWD, path, status);
}

/** The same by way of the directory that the client has sent: the agent, and no
    other thread, moves there. */
static bool relative_path(char *path, int fd, const struct stat *status) {
  char spelling[2 * 32 + 1], own[32];
  int tasks =
      dsu_fault_point("lent-directory") ? -1 : dsu_request_task_directory();
  snprintf(own, sizeof(own), "%d/fd", (int)dsu_sys_gettid());
  int directory =
      tasks < 0 ? -1 : openat(tasks, own, O_PATH | O_DIRECTORY | O_CLOEXEC);
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
  struct link_map *map = NULL;
  if (object->handle && dlinfo(object->handle, RTLD_DI_LINKMAP, &map) == 0 &&
      map) {
    object->map = map;
    return true;
  }
  object->handle = NULL;
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
  int fd = dsu_descriptor_move(
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

bool dsu_open_object(int fd, const void *bytes, uint64_t size,
                     struct dsu_object *object, struct dsu_error *error) {
  *object = (struct dsu_object){0};
  struct stat status = {0};
  char path[PATH_SIZE];
  bool there = fstat(fd, &status) == 0 && (absolute_path(path, fd, &status) ||
                                           relative_path(path, fd, &status));
  if (there ? !try_open(path, object, error)
            : !open_copy(bytes, size, object, error))
    return false;
  if (object->map)
    object->opened_as = object->map->l_name;
  return true;
}

void dsu_name_object(struct dsu_object *object, const char *name) {
  __atomic_store_n(&object->map->l_name, (char *)(uintptr_t)name,
                   __ATOMIC_RELEASE);
}

void dsu_close_object(struct dsu_object *object) {
  if (!object->handle)
    return;
  object->map->l_name = object->opened_as; /* is freed with it */
  dlclose(object->handle);
}
