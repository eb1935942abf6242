#include <cstdio>
#include <stdexcept>
extern "C" int twice(int);
struct Guard {
  ~Guard() { std::puts("unwound"); }
};
static void fail() {
  Guard guard;
  throw std::runtime_error("caught");
}
int main() {
  try {
    fail();
  } catch (const std::exception &error) {
    std::puts(error.what());
  }
  return twice(21) != 42;
}
