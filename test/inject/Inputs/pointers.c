// Calls through pointers that were stored before the update, in constant and in
// changing tables; a pointer compares equal before and after.
#include "pass.h"

struct operations {
  void (*store)(int);
  int (*load)(void);
};

NOINLINE static void store_one(int value) { cell = value * UNIT; }
NOINLINE static int load_one(void) { return cell / UNIT; }
NOINLINE static void store_two(int value) { cell = -value * UNIT; }
NOINLINE static int load_two(void) { return -cell / UNIT; }

static const struct operations table[] = {{store_one, load_one},
                                          {store_two, load_two}};
static struct operations current;

NOINLINE static int exchange(const struct operations *with, int value) {
  with->store(value);
  place();
  int got = with->load();
  cell = -UNIT;
  return got;
}

int main(void) {
  current = table[0];
  void (*kept)(int) = current.store;
  for (int i = 1; i <= 6; i++) {
    check(exchange(&current, i), i, "exchange");
    check(exchange(&table[i % 2], i), i, "by the table");
    check(kept == store_one, 1, "the pointer's value");
    if (i == 3)
      current.load = load_one;
  }
  return 0;
}
