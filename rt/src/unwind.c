/*===- unwind.c - complete stack traces of stopped threads ----------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===*/

#include "unwind.h"

#include "fork.h"
#include "image.h"
#include "segment.h"

#include <dlfcn.h>
#include <errno.h>
#include <libunwind.h>
#include <stddef.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>

enum { MAX_FRAMES = 65536, MAX_ENTRIES = 4 };

/* Starts of the functions in which stacks begin: _start, and what new threads
   of clone and clone3 run first. */
static uintptr_t entries[MAX_ENTRIES];
static unsigned entry_count;

void dsu_context_from_signal(struct dsu_context *context,
                             const ucontext_t *interrupted) {
  static const int from[DSU_REG_COUNT] = {
      REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
      REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
      REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  for (int i = 0; i < DSU_REG_COUNT; i++)
    context->regs[i] = (uintptr_t)interrupted->uc_mcontext.gregs[from[i]];
  context->interrupted = true;
}

static bool is_syscall(uintptr_t pc) {
  enum { PAGE = 4096 };
  const unsigned char *code = (const unsigned char *)pc;
  return pc % PAGE != PAGE - 1 && code[0] == 0x0f && code[1] == 0x05;
}

/* The kernel has set the registers for what follows the handler. */
enum dsu_system_call dsu_system_call_at(const ucontext_t *interrupted) {
  enum { LENGTH = 2, PAGE = 4096 };
  const greg_t *regs = interrupted->uc_mcontext.gregs;
  uintptr_t pc = (uintptr_t)regs[REG_RIP];
  if (is_syscall(pc))
    return DSU_CALL_AGAIN;
  return regs[REG_RAX] == -EINTR && pc % PAGE >= LENGTH &&
                 is_syscall(pc - LENGTH)
             ? DSU_CALL_INTERRUPTED
             : DSU_CALL_NONE;
}

void dsu_context_from_call(struct dsu_context *context,
                           const struct dsu_call_regs *regs) {
  *context = (struct dsu_context){.interrupted = false};
  context->regs[UNW_X86_64_RBX] = regs->rbx;
  context->regs[UNW_X86_64_RBP] = regs->rbp;
  context->regs[UNW_X86_64_RSP] = regs->rsp;
  context->regs[UNW_X86_64_R12] = regs->r12;
  context->regs[UNW_X86_64_R13] = regs->r13;
  context->regs[UNW_X86_64_R14] = regs->r14;
  context->regs[UNW_X86_64_R15] = regs->r15;
  context->regs[UNW_X86_64_RIP] = regs->rip;
}

static bool start_cursor(unw_cursor_t *cursor, unw_context_t *scratch,
                         const uintptr_t *regs) {
  if (unw_getcontext(scratch) != UNW_ESUCCESS ||
      unw_init_local(cursor, scratch) != UNW_ESUCCESS)
    return false;
  for (int i = 0; i < UNW_X86_64_RIP; i++)
    if (unw_set_reg(cursor, i, regs[i]) != UNW_ESUCCESS)
      return false;
  /* The instruction pointer last: setting it looks the function up. */
  return unw_set_reg(cursor, UNW_REG_IP, regs[UNW_X86_64_RIP]) == UNW_ESUCCESS;
}

static uintptr_t reg(unw_cursor_t *cursor, int number) {
  unw_word_t value = 0;
  unw_get_reg(cursor, number, &value);
  return value;
}

static uintptr_t function_start(unw_cursor_t *cursor) {
  unw_proc_info_t info;
  if (unw_get_proc_info(cursor, &info) != UNW_ESUCCESS)
    return 0;
  return info.start_ip;
}

static bool is_entry(uintptr_t function) {
  for (unsigned i = 0; i < entry_count; i++)
    if (entries[i] == function)
      return true;
  return false;
}

static void read_frame(struct dsu_frame *frame, unw_cursor_t *cursor,
                       bool exact) {
  frame->pc = reg(cursor, UNW_REG_IP);
  frame->sp = reg(cursor, UNW_REG_SP);
  frame->function = function_start(cursor);
  frame->exact = exact;
  if (exact)
    for (int i = 0; i < 16; i++)
      frame->regs[i] = reg(cursor, i);
}

/* libunwind takes the row of unwind information that holds before an address:
   right for a return address, one instruction late for an interrupted one.  The
   next byte's row is the one that holds at the address itself.  On the last
   byte of a function there is no telling: false. */
static bool look_at_interrupted(unw_cursor_t *cursor, uintptr_t pc) {
  unw_proc_info_t info;
  if (unw_get_proc_info(cursor, &info) != UNW_ESUCCESS)
    return false;
  return pc + 1 < info.end_ip &&
         unw_set_reg(cursor, UNW_REG_IP, pc + 1) == UNW_ESUCCESS;
}

/* The function (passes/EntryRedirect.h) that a thread is about to leave by the
   jump before its entry, where there is no unwind information; 0 if it is not.
   It counts as in that function: it has left its caller, perhaps for good (a
   tail call), and which body it reaches is decided when it goes on. */
static uintptr_t function_behind_jump(uintptr_t pc) {
  if ((pc + DSU_ENTRY_JUMP) % DSU_ENTRY_ALIGN != 0)
    return 0;
  const struct dsu_func *func = dsu_find_body(pc + DSU_ENTRY_JUMP);
  return func && func->flags & DSU_FUNC_ENTRY ? pc + DSU_ENTRY_JUMP : 0;
}

/* Before it returns a function has put everything back, whatever the rows of
   unwind information say of its last byte. */
static bool at_return(uintptr_t pc) { return *(const uint8_t *)pc == 0xc3; }

/* The step of a frame that has only its return address left.  An address at
   which a function begins is refused: behind a call that does not return it
   would be taken for the next function's. */
static bool pop_frame(unw_cursor_t *cursor) {
  uintptr_t sp = reg(cursor, UNW_REG_SP);
  uintptr_t caller = *(const uintptr_t *)sp;
  return unw_set_reg(cursor, UNW_REG_SP, sp + sizeof sp) == UNW_ESUCCESS &&
         unw_set_reg(cursor, UNW_REG_IP, caller) == UNW_ESUCCESS &&
         function_start(cursor) != caller;
}

enum dsu_walk dsu_walk_stack(const struct dsu_context *start, dsu_frame_fn each,
                             void *context) {
  unw_context_t scratch;
  unw_cursor_t cursor;
  if (!start_cursor(&cursor, &scratch, start->regs))
    return DSU_WALK_INCOMPLETE;
  bool exact = start->interrupted; /* and every one under a signal frame */
  for (uint32_t index = 0; index < MAX_FRAMES; index++) {
    struct dsu_frame frame = {.index = index};
    read_frame(&frame, &cursor, exact);
    uintptr_t redirected = exact ? function_behind_jump(frame.pc) : 0;
    if (redirected)
      frame.function = redirected;
    bool last = is_entry(frame.function);
    bool returns =
        exact && frame.function && (redirected || at_return(frame.pc));
    bool known =
        !exact || last || returns || look_at_interrupted(&cursor, frame.pc);
    int step = 0;
    if (returns)
      step = pop_frame(&cursor);
    else if (!last && known)
      step = unw_step(&cursor);
    /* Asked after the step it tells about the frame that was left: below a
       signal frame lies what the signal interrupted. */
    bool next_exact = step > 0 && unw_is_signal_frame(&cursor) > 0;
    /* Stacks grow down: an inner frame that does not lie below its caller is
       a damaged stack, or one that was switched (sigaltstack is seen as a
       signal frame). */
    frame.cfa = step > 0 ? reg(&cursor, UNW_REG_SP) : frame.sp;
    if (step > 0 && frame.cfa <= frame.sp && !next_exact)
      return DSU_WALK_INCOMPLETE;
    if (!each(&frame, context))
      return DSU_WALK_ENDED;
    if (last)
      return DSU_WALK_COMPLETE;
    if (step <= 0 || frame.function == 0)
      return DSU_WALK_INCOMPLETE;
    exact = next_exact;
  }
  return DSU_WALK_INCOMPLETE;
}

static void add_entry(uintptr_t function) {
  if (function && !is_entry(function) && entry_count < MAX_ENTRIES)
    entries[entry_count++] = function;
}

/* The function that unwind information knows at an address. */
static uintptr_t function_at(uintptr_t address) {
  unw_context_t scratch;
  unw_cursor_t cursor;
  uintptr_t regs[DSU_REG_COUNT] = {0};
  regs[UNW_X86_64_RIP] = address;
  if (!address || !start_cursor(&cursor, &scratch, regs))
    return 0;
  return function_start(&cursor);
}

/* Where a thread begins that libc makes by this system call.  Unwind
   information ends before the call, as it is wrong for the child, and begins
   anew where the child does, in its outermost frame: elsewhere it goes on. */
static void learn_thread_start(const struct dsu_segment *libc,
                               uint32_t number) {
  enum { MOVE = 5, GAP = 64 };
  unsigned char call[] = {0xb8, 0, 0, 0, 0, 0x0f, 0x05}; /* mov; syscall */
  memcpy(call + 1, &number, sizeof(number));
  const char *next = (const char *)libc->begin, *hit;
  const char *end = (const char *)libc->end;
  for (; (hit = memmem(next, (size_t)(end - next), call, sizeof(call)));
       next = hit + 1) {
    const uintptr_t in_call = (uintptr_t)hit + MOVE + 1;
    if (function_at(in_call))
      continue;
    for (uintptr_t at = in_call + 1; at != in_call + GAP; ++at)
      if (function_at(at) == at) {
        add_entry(at);
        break;
      }
  }
}

static void learn_thread_starts(const struct dsu_segment *code) {
  learn_thread_start(code, SYS_clone);
  learn_thread_start(code, SYS_clone3);
}

static bool learn_entries(void) {
  struct dsu_segment libc;
  if (!dsu_segment_of((uintptr_t)dlsym(RTLD_DEFAULT, "__libc_start_main"),
                      &libc))
    return false;
  add_entry(function_at(getauxval(AT_ENTRY)));
  const unsigned before = entry_count;
  /* Both lie next to each other: to read all of libc takes milliseconds. */
  enum { NEAR = 1 << 14 };
  const uintptr_t clone = (uintptr_t)dlsym(RTLD_NEXT, "clone");
  struct dsu_segment part = libc;
  if (clone > libc.begin + NEAR && clone < libc.end - NEAR) {
    part.begin = clone - NEAR;
    part.end = clone + NEAR;
  }
  learn_thread_starts(&part);
  if (entry_count < before + 2)
    learn_thread_starts(&libc);
  return entry_count > before;
}

bool dsu_unwind_learn_entries(void) {
  static bool learned;
  dsu_fork_lock(); /* it asks the dynamic linker, whose lock a child inherits */
  learned = learned || learn_entries();
  dsu_fork_unlock();
  return learned;
}
