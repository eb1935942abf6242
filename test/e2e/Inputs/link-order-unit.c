/* One of two units of the same name; link-order.c says how they are built. */
static int counter = START;
__attribute__((noinline)) static int helper(int k) {
  counter += k;
  return counter;
}
int NAME(void) { return helper(STEP); }
