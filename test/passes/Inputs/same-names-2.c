static int count = 100;
__attribute__((noinline)) static int step(void) { return count += 10; }
int other(void) { return step(); }
