// Elements of a mutable table of all kinds take v2's value when the program has not
// changed the row: floating point, bit-fields, unions, enumerations, characters in
// an array, wide integers; a row that the program has changed stays what it is.
//
// RUN: %dsu-cc %s -o %t.1 && %dsu-cc -DV2 %s -o %t.2
// RUN: dsu-diff %t.1.dsu.bc %t.2.dsu.bc -o %t.so
// RUN: %drive %t.1 'ask show' 'ask touch' 'ask show' 'apply %t.so' 'ask show' 'revert' 'ask show' | FileCheck %s
//
// CHECK:      show: 1.5 bits 1 2 3 union 7 enum 0 text "old" wide 1 flag 0; 1.5 bits 1 2 3 union 7 enum 0 text "old" wide 1 flag 0
// CHECK:      show: 1.5 bits 1 2 3 union 7 enum 0 text "old" wide 1 flag 0; 1.5 bits 1 2 3 union 7 enum 0 text "mine" wide 1 flag 1
// CHECK:      exit 0
// CHECK-NEXT: show: 2.5 bits 1 3 3 union 8 enum 1 text "new" wide 2 flag 0; 1.5 bits 1 2 3 union 7 enum 0 text "mine" wide 1 flag 1
// CHECK:      exit 0
// CHECK-NEXT: show: 1.5 bits 1 2 3 union 7 enum 0 text "old" wide 1 flag 0; 1.5 bits 1 2 3 union 7 enum 0 text "mine" wide 1 flag 1
// CHECK-NEXT: serving
#include "serve.h"

enum color { RED, BLUE };

static struct row {
  double number;
  unsigned a : 3, b : 4, c : 5;
  union {
    int i;
    char bytes[8];
  } u;
  enum color color;
  char text[8];
  __int128 wide;
  char flag;
} table[2] = {
#ifdef V2
    {2.5, 1, 3, 3, {8}, BLUE, "new", 2, 0},
    {2.5, 1, 3, 3, {8}, BLUE, "new", 2, 0}
#else
    {1.5, 1, 2, 3, {7}, RED, "old", 1, 0}, {1.5, 1, 2, 3, {7}, RED, "old", 1, 0}
#endif
};

void answer(const char *line) {
  if (strcmp(line, "touch") == 0) {
    strcpy(table[1].text, "mine");
    table[1].flag = 1;
  }
  char rows[2][100];
  for (int i = 0; i != 2; ++i) {
    const struct row *row = &table[i];
    snprintf(rows[i], sizeof(rows[i]),
             "%.1f bits %d %d %d union %d enum %d text \"%s\" wide %d flag %d",
             row->number, row->a, row->b, row->c, row->u.i, row->color,
             row->text, (int)row->wide, row->flag);
  }
  say("%s; %s", rows[0], rows[1]);
}

int main(void) { return serve(); }
