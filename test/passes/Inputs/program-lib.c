static int state = 3;
static int lib_internal(int x) { return x + state; }
#ifdef OTHER
__attribute__((noinline)) int lib_visible(int x) { return state - x; }
#else
__attribute__((noinline)) int lib_visible(int x) { return lib_internal(x); }
#endif
