/*===- judge.c - may this stack stay as it is? ----------------------------===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each rule refuses; a stack stays only if no rule speaks against it:
//
//  - activeness: a frame of a function that the plan blocks may stay only if it
//    will return to one of the listed call sites, whose remaining code is the
//    same in both versions;
//  - a thread that was interrupted between loading a slot and calling through
//    it is as good as inside the callee: no register, and no word of the
//    interrupted frame, may hold the address of a blocked body.  Nothing else
//    holds such an address: stored function pointers hold stable ones;
//  - rest: of the updatable functions only lifelong ones may have frames;
//  - a trace that is not complete proves nothing.
//
//===----------------------------------------------------------------------===*/

#include "judge.h"

#include "image.h"
#include "mutant.h"

enum { RED_ZONE = 128 };

struct judgement {
  const struct dsu_plan *plan;
  struct dsu_outcome *outcome;
  enum dsu_reason reason;
};

static const struct dsu_block *find_block(const struct dsu_plan *plan,
                                          uintptr_t body) {
  uint32_t low = 0, high = plan->block_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (plan->blocks[middle].body < body)
      low = middle + 1;
    else
      high = middle;
  }
  return low < plan->block_count && plan->blocks[low].body == body
             ? &plan->blocks[low]
             : NULL;
}

static bool is_safe_site(const struct dsu_block *block, uintptr_t pc) {
  uint32_t low = 0, high = block->site_count;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (block->body + block->sites[middle] < pc)
      low = middle + 1;
    else
      high = middle;
  }
  return low < block->site_count && block->body + block->sites[low] == pc;
}

static bool refuse(struct judgement *judgement, enum dsu_reason reason,
                   const struct dsu_frame *frame, const char *function) {
  judgement->reason = reason;
  judgement->outcome->pc = frame->pc;
  judgement->outcome->frame = frame->index;
  judgement->outcome->function = function;
  return false;
}

/* The blocked body whose address an interrupted frame holds, or null.  The
   words between a foreign frame's variables count, too, although
   AddressSanitizer guards them. */
__attribute__((no_sanitize("address"))) static const struct dsu_block *
held_address(const struct dsu_plan *plan, const struct dsu_frame *frame) {
  if (plan->block_count == 0)
    return NULL;
  for (int i = 0; i < 16; i++) {
    const struct dsu_block *block = find_block(plan, frame->regs[i]);
    if (block && !block->entry)
      return block;
  }
  const uintptr_t *word = (const uintptr_t *)((frame->sp - RED_ZONE) & ~7ul);
  for (; (uintptr_t)word + sizeof *word <= frame->cfa; word++) {
    const struct dsu_block *block = find_block(plan, *word);
    if (block && !block->entry)
      return block;
  }
  return NULL;
}

/* Level rest: a frame that never leaves, or one that waits for the next event.
 */
static bool rests(const struct dsu_func *function,
                  const struct dsu_frame *frame) {
  return function->flags & DSU_FUNC_LIFELONG ||
         (function->flags & DSU_FUNC_WAITS && !frame->exact);
}

static bool judge_frame(const struct dsu_frame *frame, void *context) {
  struct judgement *judgement = context;
  const struct dsu_plan *plan = judgement->plan;
  const struct dsu_block *block = find_block(plan, frame->function);
  if (block && (frame->exact || !is_safe_site(block, frame->pc)) &&
      !DSU_MUTANT(no_activeness))
    return refuse(judgement, DSU_E_ACTIVE, frame, block->name);
  if (frame->exact && !DSU_MUTANT(no_held_address)) {
    block = held_address(plan, frame);
    if (block)
      return refuse(judgement, DSU_E_ACTIVE, frame, block->name);
  }
  if (plan->level >= DSU_LEVEL_REST) {
    const struct dsu_func *function = dsu_find_body(frame->function);
    if (function && !rests(function, frame))
      return refuse(judgement, DSU_E_NOT_AT_REST, frame,
                    dsu_rel(&function->name));
  }
  return true;
}

enum dsu_reason dsu_judge_stack(const struct dsu_plan *plan,
                                const struct dsu_context *start,
                                struct dsu_outcome *outcome) {
  struct judgement judgement = {
      .plan = plan, .outcome = outcome, .reason = DSU_OK};
  switch (dsu_walk_stack(start, judge_frame, &judgement)) {
  case DSU_WALK_COMPLETE:
    return DSU_OK;
  case DSU_WALK_ENDED:
    return judgement.reason;
  case DSU_WALK_INCOMPLETE:
    if (DSU_MUTANT(no_complete_trace))
      return DSU_OK;
    break;
  }
  outcome->pc = start->regs[DSU_REG_COUNT - 1];
  outcome->frame = 0;
  outcome->function = NULL;
  return DSU_E_STACK;
}
