/*===- inject.h - updates at every possible moment ---------------*- C -*-===//
//
// Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library for LD_PRELOAD that works on any program built by dsu-cc and asks
// one question at as many points as possible: if an update is requested just
// here, is it refused, or is what follows right?
//
// A point is an instruction of the program's own code at which an update could
// be wrong: a call that is about to be made (the slot may be in a register
// already), the first instruction of a function, the instruction that a call
// returns to, the first instruction of a callee outside the program.  The
// driver (test/inject/run) finds them by disassembling and hands over a list;
// here each becomes a breakpoint (points.c), so that everything between points
// runs at full speed.  A thread that meets one is in the handler of SIGTRAP
// (inject.c), an interrupted thread like any other to the runtime: its stack is
// judged with the real frame on it.  While it waits there, a client (client.c)
// speaks the real control protocol with the agent, one attempt only.
//
// Modes (DSU_INJECT_MODE):
//   count   counts the points that the program meets, changes nothing
//   every   forks at the points chosen; the child is updated there and runs to
//           its end by itself (isolate.c), the parent goes on to the next.  For
//           programs with one thread and no children.
//   at      apply, revert, apply, ... at the points whose numbers are given, in
//           the process itself, among all of its threads
//   random  in a server: a thread that gets the harness's signal goes on in
//           single steps, and the n-th point that it meets from there is where
//           the next apply or revert is tried; the other threads run at full
//           speed
//
// Each attempt is one line of JSON in the log.
//
// What it cannot see: points in native objects and in libraries, and in every
// mode descriptors other than 0 to 2 that were opened for writing are shared by
// all runs.
//
//===----------------------------------------------------------------------===*/

#ifndef DSU_TEST_INJECT_H
#define DSU_TEST_INJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*--- points.c ---------------------------------------------------------------*/

enum point_kind {
  POINT_CALL = 'c',   /* about to make a call, or to jump to an address */
  POINT_ENTRY = 'e',  /* first instruction of a function */
  POINT_RETURN = 'r', /* where a call returns to */
  POINT_PLAIN = 'i',  /* any other instruction */
  POINT_OUTSIDE = 'x' /* first instruction of a callee outside the program */
};

struct point {
  uintptr_t address;
  uint8_t original; /* the byte under the breakpoint */
  char kind;        /* enum point_kind */
};

/** Reads the driver's list; exits with a message if that fails. */
void points_load(const char *path);

/** The point at an address, or null. */
struct point *points_find(uintptr_t address);

/** The address as the executable's file has it. */
uintptr_t points_in_file(uintptr_t address);

/** Whether an address lies among the program's own code. */
bool points_surround(uintptr_t address);

/** Puts all breakpoints in, or takes all out. */
void points_insert(void);
/** After an update, which changes code and protects it. */
void points_insert_anew(void);
void points_remove(void);
bool points_inserted(void);

/** Lets a thread execute what is under one breakpoint. */
void point_lift(const struct point *point);
void point_lower(const struct point *point);

/*--- client.c ---------------------------------------------------------------*/

struct answer {
  uint32_t reason; /* enum dsu_reason; DSU_E_NO_ANSWER if there is none */
  uint32_t length;
  char json[8192]; /* the agent's words */
};

/** Sends one request for the calling process and waits for the end.  Async-
    signal-safe: a process of its own that shares the memory does the talking,
   so that the program has no thread or descriptor more.  `patch` is null for a
    revert of the newest patch. */
void client_request(const char *patch, struct answer *answer);

/*--- isolate.c --------------------------------------------------------------*/

/** In a child: what it writes goes to files of its own that begin with what the
    parent has written, and what it reads does not move the parent's place. */
bool isolate_streams(const char *directory, unsigned long number);

/** Waits for the child, kills it after the time given (in seconds); its wait
    status. */
int isolate_wait(pid_t child, unsigned seconds);

/*--- inject.c ---------------------------------------------------------------*/

enum { INJECT_SIGNAL_FROM_MAX = 5 }; /* mode random: SIGRTMAX - 5 */

#endif /* DSU_TEST_INJECT_H */
