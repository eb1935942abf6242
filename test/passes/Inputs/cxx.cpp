extern "C" int to_c(int);
namespace space {
struct Thing {
  int value;
  __attribute__((noinline)) int get() const { return value; }
};
} // namespace space
extern "C" __attribute__((noinline)) int from_cxx(int x) {
  return to_c(space::Thing{x}.get());
}
