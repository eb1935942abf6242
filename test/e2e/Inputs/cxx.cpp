// The C++ half of cxx.c.
#include <cstdio>
#include <stdexcept>
#include <string>

extern "C" int c_value(int x);

static std::string text(int x) {
  if (x == 0)
    throw std::runtime_error("thrown");
  return std::to_string(c_value(x));
}

extern "C" void cxx_answer(int x, char *buffer, std::size_t size) {
  try {
    std::snprintf(buffer, size, "%s", text(x).c_str());
  } catch (const std::exception &error) {
    std::snprintf(buffer, size, "%s and caught, %d", error.what(), c_value(0));
  }
}
