/*===- code.c - changing the first bytes of functions -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See code.h.
//
//===----------------------------------------------------------------------===*/

#include "code.h"

#include "descriptor.h"
#include "dsu/dsu_abi.h"
#include "fault.h"
#include "log.h"
#include "memory.h"
#include "request.h"
#include "segment.h"
#include "sys.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <stdio.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_SEGMENTS = 8, MAX_PAGES = 256 };

/** A mapped part of an ELF object with code that changes. */
struct segment {
  struct dsu_segment part;
  uintptr_t low, high; /* pages that change */
};

static struct segment segments[MAX_SEGMENTS];
static unsigned segment_count;
static uintptr_t pages[MAX_PAGES]; /* a function's entry in each of the first */
static unsigned page_count;
static int memory = -1;  /* the process's, open while a request is served */
static bool unprotected; /* what cannot be undone is told later */

/*--- Which pages ------------------------------------------------------------*/

static struct segment *segment_of(uintptr_t at) {
  for (unsigned i = 0; i < segment_count; ++i)
    if (at >= segments[i].part.begin && at < segments[i].part.end)
      return &segments[i];
  struct segment found = {.low = at, .high = at};
  if (segment_count == MAX_SEGMENTS || !dsu_segment_of(at, &found.part))
    return NULL;
  segments[segment_count] = found;
  return &segments[segment_count++];
}

static void note_page(uintptr_t entry, uintptr_t size) {
  if ((page_count == 0 || (pages[page_count - 1] ^ entry) >= size) &&
      page_count < MAX_PAGES)
    pages[page_count++] = entry;
}

bool dsu_code_add(const uint16_t *at) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  uintptr_t address = (uintptr_t)at;
  struct segment *segment = segment_of(address);
  if (!segment)
    return false;
  uintptr_t low = address & -page;
  if (low < segment->low)
    segment->low = low;
  if (low + page > segment->high)
    segment->high = low + page;
  note_page(address, page);
  return true;
}

/*--- Making it writable -----------------------------------------------------*/

static bool protect(const struct segment *segment, int more) {
  return segment->part.protection & PROT_WRITE ||
         dsu_sys6(SYS_mprotect, (long)segment->low,
                  (long)(segment->high - segment->low),
                  segment->part.protection | more, 0, 0, 0) == 0;
}

static bool protect_all(int more) {
  bool done = true;
  for (unsigned i = 0; i < segment_count; ++i)
    done &= protect(&segments[i], more);
  return done;
}

static bool unprotect_all(void) {
  if (!dsu_fault_point("code-protection") && protect_all(PROT_WRITE))
    return true;
  protect_all(0);
  return false;
}

static void protect_again(void) {
  if (!protect_all(0))
    unprotected = true;
}

/** In a directory after chroot the name may be that of any file. */
static int open_on_proc(int directory, const char *path) {
  struct statfs system = {0};
  int fd = (int)dsu_sys6(SYS_openat, directory, (long)path, O_RDWR | O_CLOEXEC,
                         0, 0, 0);
  if (fd >= 0 && (dsu_sys6(SYS_fstatfs, fd, (long)&system, 0, 0, 0, 0) != 0 ||
                  system.f_type != PROC_SUPER_MAGIC))
    dsu_descriptor_close(&fd);
  return fd;
}

/** The first thread may have ended, which has no memory then.  After chroot
    there may be no /proc: the client has lent a directory. */
static int open_memory(void) {
  char path[32];
  int fd = open_on_proc(AT_FDCWD, "/proc/thread-self/mem");
  int tasks = fd < 0 ? dsu_request_task_directory() : -1;
  if (tasks < 0)
    return fd;
  snprintf(path, sizeof(path), "%d/mem", (int)dsu_sys_gettid());
  return open_on_proc(tasks, path);
}

bool dsu_code_can_sync(void) {
  return segment_count == 0 ||
         dsu_sys6(SYS_membarrier,
                  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0, 0,
                  0, 0) == 0;
}

/*--- Threads run ------------------------------------------------------------*/

/** Writes to each page a byte that is never executed, with what it is: between
    the jump before an entry and what is before that.  (Of a function at the
    very beginning of a page it is another page's.) */
static bool copy_pages(void) {
  enum { UNUSED = -DSU_ENTRY_JUMP - 1, TIMES = 2 }; /* the next is slow, too */
  bool copied = memory >= 0;
  for (unsigned i = 0; copied && i < TIMES * page_count; ++i) {
    const uint8_t *byte = (const uint8_t *)(pages[i % page_count] + UNUSED);
    copied =
        dsu_sys6(SYS_pwrite64, memory, (long)byte, 1, (long)byte, 0, 0) == 1;
  }
  return copied;
}

void dsu_code_fault_in(void) {
  if (page_count == 0)
    return;
  memory = dsu_fault_point("code-memory") ? -1 : open_memory();
  if (copy_pages())
    return;
  /* The commit will have to go the same way. */
  bool writable = protect_all(PROT_WRITE);
  for (unsigned i = 0; writable && i < page_count; ++i)
    dsu_fault_in((void *)pages[i]);
  protect_again();
}

/*--- Threads are held -------------------------------------------------------*/

static bool write_memory(const uint16_t *at, uint16_t value) {
  return !dsu_fault_point("code-write") &&
         dsu_sys6(SYS_pwrite64, memory, (long)&value, sizeof(value), (long)at,
                  0, 0) == sizeof(value);
}

bool dsu_code_begin(void) {
  return segment_count == 0 || memory >= 0 || unprotect_all();
}

bool dsu_code_exchange(uint16_t *at, uint16_t from, uint16_t to) {
  if (__atomic_load_n(at, __ATOMIC_RELAXED) != from)
    return false;
  if (memory >= 0 && write_memory(at, to))
    return true;
  /* The kernel may let processes open the file and not write what is protected
     (proc_mem.force_override).  The file stays open until the other way is
     known to work: what was written by it is put back by it. */
  if (memory >= 0 && !unprotect_all())
    return false;
  dsu_descriptor_close(&memory);
  __atomic_store_n(at, to, __ATOMIC_RELEASE);
  return true;
}

void dsu_code_end(void) {
  if (segment_count == 0)
    return;
  if (memory < 0)
    protect_again();
  dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0, 0,
           0, 0);
}

/*--- Afterwards -------------------------------------------------------------*/

void dsu_code_forget(void) {
  if (unprotected)
    dsu_log("code stays writable: the kernel refuses to protect it");
  unprotected = false;
  dsu_descriptor_close(&memory);
  segment_count = page_count = 0;
}

void dsu_code_after_fork(void) {
  memory = -1; /* the number is another file's, if any, in the child's table */
}
