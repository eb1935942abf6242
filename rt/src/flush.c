/*===- flush.c - what closing a copy of a descriptor does -----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A look at a descriptor while threads run would be such a copy itself: the
// kernel takes a reference.  So everything is looked at while they are held.
// statx without synchronization tells device and mount and asks nobody; of
// which kind a file system is only statfs tells, which may ask a server.  So a
// thread of its own asks, for which nobody waits for long, and what it has
// learnt is remembered.
//
//===----------------------------------------------------------------------===*/

#include "flush.h"

#include "raw_thread.h"
#include "starter.h"
#include "sys.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/stat.h>
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

/* File systems without a flush of their own. */
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

/** A mounted file system. */
struct place {
  uint32_t major, minor;
  uint64_t mount;
  bool unique; /* no other ever has its number */
  bool queues; /* message queues */
};

static struct place harmless[COPIED];
static unsigned harmless_count;

/** What a descriptor leads to: its place, and whether that can matter. */
static bool look_at(int fd, struct place *place, bool *matters) {
  enum { UNIQUE = 0x4000 }; /* STATX_MNT_ID_UNIQUE, Linux 6.8 */
  struct statx status;
  memset(&status, 0, sizeof(status));
  long error =
      dsu_sys6(SYS_statx, fd, (long)"", AT_EMPTY_PATH | AT_STATX_DONT_SYNC,
               STATX_BASIC_STATS | STATX_MNT_ID | UNIQUE, (long)&status, 0);
  *matters = false;
  if (error < 0)
    return error == -EBADF;
  const unsigned format = status.stx_mode & FORMAT;
  *matters = format == REGULAR || format == DIRECTORY;
  *place =
      (struct place){status.stx_dev_major, status.stx_dev_minor,
                     status.stx_mnt_id, (status.stx_mask & UNIQUE) != 0, false};
  return true;
}

static const struct place *find_known(const struct place *place) {
  for (unsigned i = 0; i < harmless_count; ++i)
    if (harmless[i].major == place->major &&
        harmless[i].minor == place->minor && harmless[i].mount == place->mount)
      return &harmless[i];
  return NULL;
}

/** Forgets what may be another file system under the same numbers by now.  A
    disk's number is the disk's. */
static void forget_reusable(void) {
  unsigned kept = 0;
  for (unsigned i = 0; i < harmless_count; ++i)
    if (harmless[i].unique || harmless[i].major != 0)
      harmless[kept++] = harmless[i];
  harmless_count = kept < COPIED / 2 ? kept : 0;
}

/** Whether a message queue would not lose a notification: what can be read of
    it names the process that is to get one. */
static bool queue_is_harmless(int fd) {
  static const char key[] = "NOTIFY_PID:";
  char text[128];
  long size = dsu_sys6(SYS_pread64, fd, (long)text, sizeof(text) - 1, 0, 0, 0);
  text[size > 0 ? size : 0] = 0;
  const char *owner = strstr(text, key);
  return owner && owner[sizeof(key) - 1] == '0';
}

/*--- Asking -----------------------------------------------------------------*/

static int asked_fd;
static uint32_t asked_kind;
static _Atomic(uint32_t) answered;  /* a futex */
static _Atomic(uint32_t) asking_id; /* the asking thread's number */

static void ask(void) {
  struct statfs status;
  memset(&status, 0, sizeof(status));
  dsu_sys6(SYS_fstatfs, asked_fd, (long)&status, 0, 0, 0, 0);
  asked_kind = (uint32_t)status.f_type;
  atomic_store(&answered, 1);
  dsu_sys_futex_wake(&answered, 1);
}

/** The kind of a descriptor's file system; false if that does not answer. */
static bool ask_in_time(int fd, uint32_t *kind) {
  enum { STACK_SIZE = 16 << 10, LIMIT_NS = 5000000 };
  static char *stack;
  const struct timespec limit = {.tv_nsec = LIMIT_NS};
  if (atomic_load(&asking_id) != 0)
    return false; /* it waits since another time */
  if (!stack && !(stack = dsu_sys_map(STACK_SIZE)))
    return false;
  asked_fd = fd;
  atomic_store(&answered, 0);
  if (!dsu_starter_exists())
    ask(); /* a sanitizer must know every thread */
  else if (dsu_raw_thread(ask, stack + STACK_SIZE, NULL, &asking_id) < 0)
    return false;
  while (!atomic_load(&answered))
    if (dsu_sys_futex_wait(&answered, 0, &limit) == -ETIMEDOUT)
      return false;
  dsu_raw_thread_wait(&asking_id);
  *kind = asked_kind;
  return true;
}

void dsu_flush_after_fork(void) { atomic_store(&asking_id, 0); }

/*--- Judging ----------------------------------------------------------------*/

static bool is_local(uint32_t kind) {
  for (size_t i = 0; i < sizeof(local_kinds) / sizeof(*local_kinds); ++i)
    if (kind == local_kinds[i])
      return true;
  return false;
}

/** Whether a place is one that is harmless, or was. */
static bool learn(int fd, struct place *place) {
  uint32_t kind;
  if (find_known(place))
    return true;
  if (!ask_in_time(fd, &kind) || (kind != MQUEUE && !is_local(kind)))
    return false;
  place->queues = kind == MQUEUE;
  harmless[harmless_count++] = *place;
  return true;
}

static const char *refuse(int fd, const char *words) {
  static char text[160];
  snprintf(text, sizeof(text), "descriptor %d %s", fd, words);
  return text;
}

const char *dsu_flush_judge(void) {
  forget_reusable();
  for (int fd = 0; fd < COPIED; ++fd) {
    struct place place;
    bool matters;
    if (!look_at(fd, &place, &matters))
      return "the system call statx fails; a filter (seccomp) may forbid it";
    if (!matters)
      continue;
    if (harmless_count == COPIED || !learn(fd, &place))
      return refuse(fd, "is on a file system in which closing may wait");
    if (find_known(&place)->queues && !queue_is_harmless(fd))
      return refuse(fd, "is a message queue whose notification would be lost");
  }
  return NULL;
}
