// What the programs of these tests have in common.  A value is kept in a cell
// in a form that only one version knows: it is stored times UNIT, and read back
// by dividing.  Whoever stores by one version and reads by the other reads
// rubbish.
#include <stdio.h>
#include <stdlib.h>

#ifdef NEW
#define UNIT 2
#else
#define UNIT 1
#endif

#define NOINLINE __attribute__((noinline))

static int cell;
static int places;

// A call to an unchanged function: a point at which an update can be tried.
NOINLINE static void place(void) { places++; }

NOINLINE static int decode(void) { return cell / UNIT; }

static void check(int got, int wanted, const char *what) {
  if (got == wanted)
    return;
  printf("%s: %d instead of %d\n", what, got, wanted);
  exit(1);
}
