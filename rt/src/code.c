/*===- code.c - changing the first bytes of functions -------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// See code.h.
//
//===----------------------------------------------------------------------===*/

#include "code.h"

#include "agent.h"
#include "fault.h"
#include "log.h"
#include "sys.h"

#include <fcntl.h>
#include <link.h>
#include <linux/magic.h>
#include <linux/membarrier.h>
#include <sys/vfs.h>
#include <unistd.h>

enum { MAX_SEGMENTS = 8 };

/** A mapped part of an ELF object with code that changes. */
struct segment {
  uintptr_t begin, end; /* of the part */
  uintptr_t low, high;  /* pages that change */
  int protection;       /* as the dynamic linker has set it */
};

static struct segment segments[MAX_SEGMENTS];
static unsigned segment_count;
static int memory = -1;  /* /proc/self/mem */
static bool unprotected; /* what cannot be undone is told later */

/*--- Which pages ------------------------------------------------------------*/

static int find_segment(struct dl_phdr_info *info, size_t size, void *context) {
  (void)size;
  struct segment *wanted = context;
  for (unsigned i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr) *header = &info->dlpi_phdr[i];
    uintptr_t begin = info->dlpi_addr + header->p_vaddr;
    if (header->p_type != PT_LOAD || !(header->p_flags & PF_X) ||
        wanted->low < begin || wanted->low - begin >= header->p_memsz)
      continue;
    wanted->begin = begin;
    wanted->end = begin + header->p_memsz;
    wanted->protection = PROT_EXEC | (header->p_flags & PF_R ? PROT_READ : 0) |
                         (header->p_flags & PF_W ? PROT_WRITE : 0);
    return 1;
  }
  return 0;
}

static struct segment *segment_of(uintptr_t at) {
  for (unsigned i = 0; i < segment_count; ++i)
    if (at >= segments[i].begin && at < segments[i].end)
      return &segments[i];
  struct segment found = {.low = at, .high = at};
  if (segment_count == MAX_SEGMENTS || !dl_iterate_phdr(find_segment, &found))
    return NULL;
  segments[segment_count] = found;
  return &segments[segment_count++];
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
  return true;
}

/*--- Making it writable -----------------------------------------------------*/

static bool protect(const struct segment *segment, int more) {
  return segment->protection & PROT_WRITE ||
         dsu_sys6(SYS_mprotect, (long)segment->low,
                  (long)(segment->high - segment->low),
                  segment->protection | more, 0, 0, 0) == 0;
}

static bool protect_all(int more) {
  bool done = true;
  for (unsigned i = 0; i < segment_count; ++i)
    done &= protect(&segments[i], more);
  return done;
}

/** In a directory after chroot the name may be that of any file. */
static int open_on_proc(int directory, const char *path) {
  struct statfs system = {0};
  int fd = (int)dsu_sys6(SYS_openat, directory, (long)path, O_RDWR | O_CLOEXEC,
                         0, 0, 0);
  if (fd >= 0 && (dsu_sys6(SYS_fstatfs, fd, (long)&system, 0, 0, 0, 0) != 0 ||
                  system.f_type != PROC_SUPER_MAGIC)) {
    dsu_sys6(SYS_close, fd, 0, 0, 0, 0, 0);
    return -1;
  }
  return fd;
}

/** After chroot there may be no /proc: the client has lent a directory. */
static int open_memory(void) {
  int fd = open_on_proc(AT_FDCWD, "/proc/self/mem");
  int tasks = fd < 0 ? dsu_agent_task_directory() : -1;
  return tasks >= 0 ? open_on_proc(tasks, "../mem") : fd;
}

bool dsu_code_can_sync(void) {
  return segment_count == 0 ||
         dsu_sys6(SYS_membarrier,
                  MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0, 0,
                  0, 0) == 0;
}

/*--- Threads are held -------------------------------------------------------*/

static void close_memory(void) {
  if (memory >= 0)
    dsu_sys6(SYS_close, memory, 0, 0, 0, 0, 0);
  memory = -1;
}

static bool unprotect_all(void) {
  if (!dsu_fault_point("code-protection") && protect_all(PROT_WRITE))
    return true;
  protect_all(0);
  return false;
}

static bool write_memory(const uint16_t *at, uint16_t value) {
  return !dsu_fault_point("code-write") &&
         dsu_sys6(SYS_pwrite64, memory, (long)&value, sizeof(value), (long)at,
                  0, 0) == sizeof(value);
}

bool dsu_code_begin(void) {
  if (segment_count == 0)
    return true;
  memory = dsu_fault_point("code-memory") ? -1 : open_memory();
  return memory >= 0 || unprotect_all();
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
  close_memory();
  __atomic_store_n(at, to, __ATOMIC_RELEASE);
  return true;
}

void dsu_code_end(void) {
  if (segment_count == 0)
    return;
  if (memory < 0 && !protect_all(0))
    unprotected = true;
  close_memory();
  dsu_sys6(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED_SYNC_CORE, 0, 0, 0,
           0, 0);
}

/*--- Afterwards -------------------------------------------------------------*/

void dsu_code_forget(void) {
  if (unprotected)
    dsu_log("code stays writable: the kernel refuses to protect it");
  unprotected = false;
  segment_count = 0;
}
