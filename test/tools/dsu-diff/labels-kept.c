// An interpreter that has put addresses of its labels into its programs cannot be
// replaced: the new body would jump into the old one.  One whose labels never
// leave it can, also if it keeps offsets of labels, or is not optimized.
//
// RUN: dsu-cc -O2 -g -DKEPT='*code++ = &&add' %s -o %t.old
// RUN: dsu-cc -O2 -g -DKEPT='*code++ = &&add' -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DKEPT='*code++ = labels[x]' %s -o %t.old
// RUN: dsu-cc -O2 -g -DKEPT='*code++ = labels[x]' -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DKEPT='code = labels' %s -o %t.old
// RUN: dsu-cc -O2 -g -DKEPT='code = labels' -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DKEPT= %s -o %t.old
// RUN: dsu-cc -O2 -g -DKEPT= -DNEW %s -o %t.new
// RUN: %diff -o %t.so | FileCheck --check-prefix=FINE %s
// RUN: dsu-cc -O0 -g -DKEPT= %s -o %t.old
// RUN: dsu-cc -O0 -g -DKEPT= -DNEW %s -o %t.new
// RUN: %diff -o %t.so | FileCheck --check-prefix=FINE %s
//
// CHECK: labels-kept.c:[[#]]: 'run' changes, and may have kept addresses of its labels, by which the new code would jump into the old
// CHECK: => keep numbers in place of addresses
// FINE:  1 function replaced
const void **code;

__attribute__((noinline)) int run(int x, const void **pc) {
  static const void *const labels[] = {&&add, &&end};
  static const int offsets[] = {&&end - &&end, &&add - &&end};
  if (!pc) {
    KEPT;
    goto *(&&end + offsets[x & 1]);
  }
#ifdef NEW
  x += 2;
#endif
  if (x > 7)
    goto **pc;
  goto *labels[x & 1];
add:
  x += 5;
end:
  return x;
}

int main(int argc, char **argv) { return run(argc, code); }
