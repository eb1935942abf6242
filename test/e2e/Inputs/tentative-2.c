// The second file of tentative-definitions.c.
int tentative;

__attribute__((noinline)) int add(int x) { return tentative += x; }
