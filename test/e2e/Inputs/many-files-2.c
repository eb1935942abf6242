// The second file of many-files.c.
#define NOINLINE __attribute__((noinline))

extern int shared_count;

static NOINLINE int here(int x) {
#ifdef V2
  return 100 * x;
#else
  return x;
#endif
}

NOINLINE int scale(int x) { return here(x); }

NOINLINE int there(void) {
#ifdef V2
  return shared_count + here(1);
#else
  return shared_count + 100 * here(1);
#endif
}
