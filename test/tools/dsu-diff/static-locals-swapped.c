// Two static locals that one macro makes, of one name and type and at the same places
// in both versions: which is which is told by what happens around their uses, and on
// which condition.  If that has changed places, the user decides; a change elsewhere
// in the function does not matter.
//
// RUN: dsu-cc -O1 -g %s -o %t.old && dsu-cc -O1 -g -DSWAPPED %s -o %t.new
// RUN: not dsu-diff %t.old.dsu.bc %t.new.dsu.bc | FileCheck --check-prefix=SWAPPED %s
// RUN: dsu-cc -O1 -g -DCONDITIONS %s -o %t.cond
// RUN: not dsu-diff %t.old.dsu.bc %t.cond.dsu.bc | FileCheck --check-prefix=SWAPPED %s
// RUN: dsu-cc -O1 -g -DELSEWHERE %s -o %t.else
// RUN: dsu-diff %t.old.dsu.bc %t.else.dsu.bc -o %t.so | FileCheck --check-prefix=ELSEWHERE %s
//
// SWAPPED: needs a decision
// SWAPPED: function 'step' has several static variables 'hits' (2 before, 2 now), and it is not clear which is which
// ELSEWHERE: can be applied live
// ELSEWHERE: changed {{.*}};step
// ELSEWHERE-NOT: hits
#include <stdio.h>
#include <unistd.h>

#ifdef SWAPPED
#define FIRST "packets"
#define SECOND "timeouts"
#else
#define FIRST "timeouts"
#define SECOND "packets"
#endif

#ifdef CONDITIONS
#define RARELY 2
#define OFTEN 10
#else
#define RARELY 10
#define OFTEN 2
#endif

#define COUNTED(what)                                                          \
  do {                                                                         \
    static unsigned long hits;                                                 \
    printf("%s %lu\n", what, ++hits);                                          \
  } while (0)

__attribute__((noinline)) static void step(int i) {
  if (i % RARELY == 0)
    COUNTED(FIRST);
  if (i % OFTEN == 0)
    COUNTED(SECOND);
#ifdef ELSEWHERE
  if (i == 3)
    puts("three");
#endif
}

int main(void) {
  for (int i = 0; getppid(); ++i)
    step(i);
}
