/* window.pml - the window protocol of rt/src/thread.h, with its barriers.
 *
 * Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Threads enter and leave windows; an updater commits a few times.  What has to
 * hold: while a commit is made, a thread that the updater found in a window is in
 * it, with its registers published.  (A thread that it found outside is called by
 * a signal and stands in its handler: that half needs no memory model.)
 *
 * x86's total store order: a thread's stores to `in` and to its registers go
 * through a buffer, first in first out, that empties at any time.  membarrier
 * empties every thread's buffer at a moment between two of its instructions.
 * Compiler barriers are what keeps a thread's own stores and loads in program
 * order; a compiler may otherwise move the store behind the load.
 *
 * Mutants (spin -D...): NO_FENCE_A, NO_FENCE_B: the compiler barrier of thread.h
 * (A) or (B) is missing, and the compiler has used its freedom; NO_MEMBARRIER;
 * NO_CHECK: a thread leaves without looking; NO_SECOND_CHECK: it looks only once.
 */

#define THREADS 2
#define ROUNDS 2  /* windows of each thread */
#define COMMITS 2

#define EMPTY 255
#define IN 0      /* cell numbers in the buffer */
#define REGS 1

byte in[THREADS];          /* as others see them */
bool regs[THREADS];        /* published registers are those of this window */
byte committing;           /* the updater's stores are locked: no buffer */

chan buffer[THREADS] = [4] of { byte, byte }; /* cell, value */

bool held[THREADS];        /* the updater goes by this thread's window */
bool commit;               /* the commit is being made */
bool outside[THREADS];     /* the thread runs its program's code */

#define STORE(CELL, VALUE) buffer[me]!CELL, VALUE

inline write_back(t) {
  byte cell, value;
  buffer[t]?cell, value;
  if
  :: cell == IN -> in[t] = value
  :: cell == REGS -> regs[t] = value
  fi;
  cell = 0; value = 0
}

/* The memory system: any store becomes visible at any time. */
active proctype memory() {
end:
  do
  :: atomic { nempty(buffer[0]) -> write_back(0) }
  :: atomic { nempty(buffer[1]) -> write_back(1) }
  od
}

/* dsu_window_wait: the window is published meanwhile. */
inline wait_for_end() {
  do
  :: STORE(IN, 1);
     /* The futex: a system call, asleep while a commit is going on. */
     (committing == 0);
     STORE(IN, 0);
#ifdef NO_SECOND_CHECK
     break
#else
     if
     :: committing == 0 -> break
     :: else
     fi
#endif
  od
}

proctype thread(byte me) {
  byte round = 0;
  byte seen = 0;
  do
  :: round == ROUNDS -> break
  :: else ->
     round++;
     /* Enter.  The old registers are those of another call. */
#ifdef NO_FENCE_A
     atomic { outside[me] = false; STORE(IN, 1) };
     STORE(REGS, 1);
#else
     STORE(REGS, 1);
     atomic { outside[me] = false; STORE(IN, 1) };
#endif
     /* The blocking call is here. */
#if defined(NO_CHECK)
     STORE(IN, 0)
#elif defined(NO_FENCE_B)
     seen = committing;
     STORE(IN, 0);
     if
     :: seen -> wait_for_end()
     :: else
     fi
#else
     STORE(IN, 0);
     if
     :: committing != 0 -> wait_for_end()
     :: else
     fi
#endif
     ;
     /* The program's code: other registers from here on. */
     atomic { outside[me] = true; assert(!(commit && held[me])) };
     STORE(REGS, 0)
  od
}

/* Every thread's buffer is empty at some moment after the call began; the kernel
   interrupts them one by one. */
inline membarrier() {
#ifndef NO_MEMBARRIER
  (empty(buffer[0]));
  (empty(buffer[1]))
#else
  skip
#endif
}

inline look_at(t) {
  if
  :: in[t] == 1 -> held[t] = true
  :: else -> held[t] = false /* the signal's part */
  fi
}

proctype updater() {
  byte count = 0;
  do
  :: count == COMMITS -> break
  :: else ->
     count++;
     committing = 1;
     membarrier();
     look_at(0);
     look_at(1);
     atomic {
       commit = true;
       /* Found in a window: it is in it, and its stack can be read. */
       assert(!(held[0] && (outside[0] || !regs[0])));
       assert(!(held[1] && (outside[1] || !regs[1])))
     };
     atomic {
       commit = false;
       held[0] = false;
       held[1] = false
     };
     committing = 0
  od
}

init {
  atomic {
    outside[0] = true;
    outside[1] = true;
    run thread(0);
    run thread(1);
    run updater()
  }
}
