// A struct whose layout changes is refused, with type, field, offsets and place;
// nothing is written. The same change of code without it is allowed.
//
// RUN: rm -f %t.so && %versions
// RUN: %exits 3 %diff -o %t.so | FileCheck %s
// RUN: test ! -e %t.so
// RUN: dsu-cc -O2 -g -DKEPT %s -o %t.old && dsu-cc -O2 -g -DKEPT -DNEW %s -o %t.new
// RUN: %diff | FileCheck --check-prefix=ALLOWED %s
// RUN: dsu-cc -O2 -g %s -o %t.old && dsu-cc -O2 -g -DNEW %s -o %t.new
// RUN: %diff --accept-type=conn | FileCheck --check-prefix=ACCEPTED %s
//
// CHECK: cannot be applied live
// CHECK: struct-layout.c:[[@LINE+7]]: the layout of 'struct conn' changes: field 'flags' (int) added at offset 4, line {{[0-9]+}}; field 'next' (struct conn *) added
// CHECK: field 'name' retyped from char * to void *
// CHECK: size changed from 16 to 24 bytes
// CHECK: =>
// ALLOWED: can be applied live
// ACCEPTED: can be applied live
// ACCEPTED: accepted by --accept-type
struct conn {
  int fd;
#if defined(NEW) && !defined(KEPT)
  int flags;
  void *name;
  struct conn *next;
#else
  char *name;
#endif
};
__attribute__((noinline)) int use(struct conn *c) {
#ifdef NEW
  return c->fd + 1;
#else
  return c->fd;
#endif
}
struct conn *kept;
__attribute__((noinline)) int local(int argc, char **argv) {
  struct conn c = {.fd = argc, .name = argv[0]};
  kept = &c;
  argc = use(&c);
  __asm__ volatile("" : "+r"(argc));
  return argc;
}
int main(int argc, char **argv) { return local(argc, argv); }
