// A function whose name, with the path of its file, is wider than its column is
// still set apart from the place where it stands.
//
// DEFINE: %{dir} = %t/a-directory-with-a-name-that-is-wider-than-the-column-of-names
// RUN: mkdir -p %{dir}
// RUN: cp %s %{dir}/a.c
// RUN: cd %{dir}
// RUN: dsu-cc -O2 -g %{dir}/a.c -o old
// RUN: dsu-cc -O2 -g -DNEW %{dir}/a.c -o new
// RUN: dsu-diff old.dsu.bc new.dsu.bc | FileCheck %s
//
// CHECK: changed {{.*}}a.c;price {{.*}}a.c:[[#]] {{.*}}in source
static __attribute__((noinline)) int price(int x) {
  __asm__ volatile("" : "+r"(x)); // no optimizer sees through it
#ifdef NEW
  return x + 2;
#else
  return x + 1;
#endif
}
int main(int argc, char **argv) {
  (void)argv;
  return price(argc);
}
