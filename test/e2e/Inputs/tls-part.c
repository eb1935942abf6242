// The library of tls-in-library.c.
static _Thread_local int old_local = 10;
#ifdef V2
static _Thread_local int new_local = 1000;
#endif

static __attribute__((noinline)) int step(void) {
  ++old_local;
#ifdef V2
  return old_local + new_local;
#else
  return old_local;
#endif
}

int tls_step(void) { return step(); }
