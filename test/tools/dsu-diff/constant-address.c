// A constant whose content changes is a new object in the patch. Where its
// address is stored, compared or given away, what the program has stored would
// still be the old one: that needs a decision, which names the constant. Where
// it is only read, copied or printed, also by a function that gets it as an
// argument or from end to end, there is nothing to ask.
//
// RUN: %versions && %diff -o %t.so | FileCheck --implicit-check-not=stored %s
// RUN: sh -c 'for how in STORED COMPARED GIVEN LISTED RETURNED PASSED; do \
// RUN:   dsu-cc -O2 -g -D$how %s -o %t.old && dsu-cc -O2 -g -D$how -DNEW %s -o %t.new; \
// RUN:   echo $how; %diff; echo exit $?; done' | FileCheck --check-prefix=ASKED %s
// RUN: %diff --new-constant=table -o %t.so | FileCheck --check-prefix=TOLD %s
//
// CHECK: can be applied live
// CHECK: table {{ *}}constant changed: new object in the patch
//
// ASKED:      STORED
// ASKED:      the content of constant 'table' changes, and its address is stored or compared
// ASKED-NEXT: pass --new-constant=table
// ASKED:      exit 2
// ASKED:      COMPARED
// ASKED:      exit 2
// ASKED:      GIVEN
// ASKED:      exit 2
// ASKED:      LISTED
// ASKED:      exit 2
// ASKED:      RETURNED
// ASKED:      exit 2
// ASKED:      PASSED
// ASKED:      exit 2
//
// TOLD: can be applied live
// TOLD: Notes
// TOLD: the content of constant 'table' changes
#include <pthread.h>
#include <stdio.h>
#include <string.h>
struct entry {
  int number;
  char name[12];
};
extern const struct entry table[4];
#ifdef NEW
const struct entry table[4] = {{1, "one"}, {2, "two"}, {3, "drei"}, {0, ""}};
#else
const struct entry table[4] = {{1, "one"}, {2, "two"}, {3, "three"}, {0, ""}};
#endif
const void *volatile current;
__attribute__((noinline)) int find(const struct entry *from, const char *name) {
  for (const struct entry *e = from; e->number; e++)
    if (strcmp(e->name, name) == 0)
      return e->number;
  return 0;
}
__attribute__((noinline)) int sum(int first) {
  int total = 0;
  for (const struct entry *e = table + first; e != table + 4; e++)
    total += e->number * total + 1;
  return total;
}
__attribute__((noinline)) void keep(const void *what) { current = what; }
#ifdef LISTED
const struct entry *lists[] = {table, 0};
#endif
#ifdef RETURNED
__attribute__((noinline)) const struct entry *get(void) {
  __asm__ volatile("");
  return table;
}
#endif
int main(int argc, char **argv) {
  struct entry copy;
  memcpy(&copy, &table[argc & 3], sizeof(copy));
  printf("%s %s\n", copy.name, table[argc & 1].name);
#ifdef STORED
  current = table;
#elif defined(COMPARED)
  if (current == table)
    argc++;
#elif defined(GIVEN)
  pthread_setspecific(0, table);
#elif defined(LISTED)
  argc += lists[argc & 1] != 0;
#elif defined(RETURNED)
  argc += get() == current;
#elif defined(PASSED)
  keep(table);
#endif
  return find(table, argv[0]) + sum(argc & 3);
}
