static int count;
__attribute__((noinline)) static int helper(int x) { return count += x; }
#ifdef OTHER
int OTHER(void);
#else
static int OTHER(void) { return helper(0); }
#endif
int NAME(void) { return helper(0) + OTHER(); }
