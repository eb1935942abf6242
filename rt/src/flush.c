/*===- flush.c - what closing a copy of a descriptor does -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A look at a descriptor while threads run would be such a copy itself: the
// kernel takes a reference.  So everything is looked at while they are held.
// But a file system may ask a server for any answer, so a thread of its own
// looks, for which nobody waits for long.
//
//===----------------------------------------------------------------------===*/

#include "flush.h"

#include "raw_thread.h"
#include "starter.h"
#include "sys.h"
#include "task_list.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/vfs.h>

enum {
  COPIED = 64, /* descriptors; the kernel's NR_OPEN_DEFAULT */
  FORMAT = 0170000,
  REGULAR = 0100000,
  DIRECTORY = 0040000,
  MQUEUE = 0x19800202, /* this and the next ones: the kernel's sources */
};

/* File systems that do nothing at a close, or nothing that matters (an overlay
   passes it on; f2fs has it for who writes atomically). */
static const uint32_t local_kinds[] = {
    ANON_INODE_FS_MAGIC,  AUTOFS_SUPER_MAGIC,    BPF_FS_MAGIC,
    BTRFS_SUPER_MAGIC,    CGROUP2_SUPER_MAGIC,   CGROUP_SUPER_MAGIC,
    CRAMFS_MAGIC,         DEBUGFS_MAGIC,         DEVPTS_SUPER_MAGIC,
    EFIVARFS_MAGIC,       EROFS_SUPER_MAGIC_V1,  EXT4_SUPER_MAGIC,
    F2FS_SUPER_MAGIC,     HUGETLBFS_MAGIC,       ISOFS_SUPER_MAGIC,
    JFFS2_SUPER_MAGIC,    MSDOS_SUPER_MAGIC,     NILFS_SUPER_MAGIC,
    NSFS_MAGIC,           OVERLAYFS_SUPER_MAGIC, PIPEFS_MAGIC,
    PROC_SUPER_MAGIC,     PSTOREFS_MAGIC,        RAMFS_MAGIC,
    REISERFS_SUPER_MAGIC, SECURITYFS_MAGIC,      SELINUX_MAGIC,
    SOCKFS_MAGIC,         SQUASHFS_MAGIC,        SYSFS_MAGIC,
    TMPFS_MAGIC,          UDF_SUPER_MAGIC,       XFS_SUPER_MAGIC,
    0x2011BAB0, /* exfat */
    0x24051905, /* ubifs */
    0x2FC12FC1, /* zfs */
    0x3153464A, /* jfs */
    0x50494446, /* pidfs */
    0x5345434D, /* secretmem */
    0x7366746E, /* ntfs3 */
    0xCA451A4E, /* bcachefs */
};

enum verdict { HARMLESS, UNKNOWN, WAITS, NOTIFIES };

/*--- The thread that looks, without thread-local data -----------------------*/

static volatile int looked_at; /* the descriptor */
static enum verdict verdict;
static _Atomic(uint32_t) judged; /* a futex */

/** Whether nobody in this process would get a notification from the queue.
    What can be read of it names the process.  Where it is open for writing
    only, nobody has one if it can be had. */
static bool queue_is_harmless(int fd) {
  static const char key[] = "NOTIFY_PID:";
  static char text[128];
  static struct sigevent nothing = {.sigev_notify = SIGEV_NONE};
  long size = dsu_sys6(SYS_pread64, fd, (long)text, sizeof(text) - 1, 0, 0, 0);
  if (size <= 0)
    return dsu_sys6(SYS_mq_notify, fd, (long)&nothing, 0, 0, 0, 0) == 0 &&
           dsu_sys6(SYS_mq_notify, fd, 0, 0, 0, 0, 0) == 0;
  text[size] = 0;
  const char *owner = strstr(text, key);
  pid_t pid = 0;
  if (!owner)
    return false;
  for (owner += sizeof(key) - 1; *owner >= '0' && *owner <= '9'; ++owner)
    pid = pid * 10 + (*owner - '0');
  return pid != dsu_sys_getpid();
}

static bool is_local(uint32_t kind) {
  for (size_t i = 0; i < sizeof(local_kinds) / sizeof(*local_kinds); ++i)
    if (kind == local_kinds[i])
      return true;
  return false;
}

static enum verdict judge_one(int fd) {
  static struct statx what;
  static struct statfs system;
  long error =
      dsu_sys6(SYS_statx, fd, (long)"", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
               STATX_TYPE, (long)&what, 0);
  if (error < 0)
    return error == -EBADF ? HARMLESS : UNKNOWN;
  const unsigned format = what.stx_mode & FORMAT;
  if (format != REGULAR && format != DIRECTORY)
    return HARMLESS;
  if (dsu_sys6(SYS_fstatfs, fd, (long)&system, 0, 0, 0, 0) < 0)
    return UNKNOWN;
  const uint32_t kind = (uint32_t)system.f_type;
  if (kind == MQUEUE)
    return queue_is_harmless(fd) ? HARMLESS : NOTIFIES;
  return is_local(kind) ? HARMLESS : WAITS;
}

static void judge(void) {
  verdict = HARMLESS;
  for (int fd = 0; fd < COPIED && verdict == HARMLESS; ++fd) {
    looked_at = fd;
    verdict = judge_one(fd);
  }
  atomic_store(&judged, 1);
  dsu_sys_futex_wake(&judged, 1);
}

/*--- The thread that waits for it -------------------------------------------*/

static _Atomic(uint32_t) judge_id; /* its thread's number, 0 when it has gone */

static const char *refuse(const char *words) {
  static char text[160];
  snprintf(text, sizeof(text), "descriptor %d %s", looked_at, words);
  return text;
}

const char *dsu_flush_pending(void) {
  pid_t tid = (pid_t)atomic_load(&judge_id);
  return tid != 0 && dsu_task_exists(tid)
             ? refuse("is on a file system that has not answered yet")
             : NULL;
}

bool dsu_flush_wait(void) {
  enum { LIMIT_NS = 100000000 };
  const struct timespec limit = {.tv_nsec = LIMIT_NS};
  if (!dsu_flush_pending())
    return false;
  while (!atomic_load(&judged))
    if (dsu_sys_futex_wait(&judged, 0, &limit) == -ETIMEDOUT)
      return false;
  dsu_raw_thread_wait(&judge_id);
  return true;
}

const char *dsu_flush_judge(void) {
  enum { STACK_SIZE = 16 << 10, LIMIT_NS = 5000000 };
  static char *stack;
  const struct timespec limit = {.tv_nsec = LIMIT_NS};
  if (!stack && !(stack = dsu_sys_map(STACK_SIZE)))
    return "there is no memory";
  atomic_store(&judged, 0);
  if (!dsu_starter_exists())
    judge(); /* a sanitizer must know every thread */
  else if (dsu_raw_thread(judge, stack + STACK_SIZE, NULL, &judge_id) < 0)
    return "a thread cannot be made";
  while (!atomic_load(&judged))
    if (dsu_sys_futex_wait(&judged, 0, &limit) == -ETIMEDOUT)
      return refuse("is on a file system that does not answer");
  dsu_raw_thread_wait(&judge_id);
  switch (verdict) {
  case HARMLESS:
    break;
  case UNKNOWN:
    return refuse("cannot be looked at: the system call statx or fstatfs "
                  "fails; a filter (seccomp) may forbid it");
  case WAITS:
    return refuse("is on a file system in which closing may wait for others");
  case NOTIFIES:
    return refuse("is a message queue whose notification would be lost");
  }
  return NULL;
}

void dsu_flush_after_fork(void) { atomic_store(&judge_id, 0); }
