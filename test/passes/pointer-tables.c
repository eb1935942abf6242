// Function pointers in constant and mutable tables, in structs, compared and
// called, are the wrappers' addresses everywhere.
//
// RUN: %same-as-plain %s
#include <stdio.h>
#include <stdlib.h>

static int up(const void *a, const void *b) { return *(int *)a - *(int *)b; }
static int down(const void *a, const void *b) { return up(b, a); }
static const struct {
  const char *name;
  int (*compare)(const void *, const void *);
} orders[] = {{"up", up}, {"down", down}};
int (*current)(const void *, const void *) = up;

int main(void) {
  for (int i = 0; i < 2; i++) {
    int values[] = {3, 1, 2};
    qsort(values, 3, sizeof(int), orders[i].compare);
    printf("%s %d%d%d %d\n", orders[i].name, values[0], values[1], values[2],
           orders[i].compare == current);
  }
  return 0;
}
