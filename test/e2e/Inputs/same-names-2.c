// The second file of same-names.c.
static int count = 100;

static __attribute__((noinline)) const char *name(void) {
  ++count;
  return "second";
}

const char *second_name(void) { return name(); }
int second_count(void) { return count; }
