int lib_visible(int);
static int helper(int x) { return x + 1; }
int main(void) { return lib_visible(helper(2)) - 6; }
