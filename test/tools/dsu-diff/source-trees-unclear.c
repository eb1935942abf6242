// A file of the same name elsewhere is not taken for the old one where two could
// be meant, nor where the old tree still has files in the new version.  State that
// would be lost is then asked about.
//
// RUN: rm -rf %t && mkdir -p %t/1 %t/2 %t/3 && cp %s %t/1/u.c && cp %s %t/2/u.c && cp %s %t/3/u.c
// RUN: cp %s %t/1/main.c
// RUN: dsu-cc -O2 -g -c -DMAIN %s -o %t/main.o && dsu-cc -O2 -g -c -DMAIN -DSTATE %t/1/main.c -o %t/own.o
// RUN: dsu-cc -O2 -g -c -DNAME=fa %t/1/u.c -o %t/1/u.o
// RUN: dsu-cc -O2 -g -c -DNEW -DNAME=fa %t/2/u.c -o %t/2/u.o
// RUN: dsu-cc -O2 -g -c -DNEW -DNAME=fb %t/3/u.c -o %t/3/u.o
//
// One for one:
// RUN: dsu-cc -O2 %t/main.o %t/1/u.o -o %t.old && dsu-cc -O2 %t/main.o %t/2/u.o -o %t.new
// RUN: %diff | FileCheck --check-prefix=CLEAR %s
//
// Which of the two?
// RUN: dsu-cc -O2 %t/main.o %t/2/u.o %t/3/u.o -o %t.new
// RUN: not %diff | FileCheck --check-prefix=UNCLEAR %s
//
// One file was moved, others of the tree stayed:
// RUN: dsu-cc -O2 %t/own.o %t/1/u.o -o %t.old && dsu-cc -O2 %t/own.o %t/2/u.o -o %t.new
// RUN: not %diff | FileCheck --check-prefix=UNCLEAR %s
//
// CLEAR: can be applied live
// CLEAR: changed {{.*}}/1/u.c;helper
// CLEAR: files below '{{.*}}/2/' are taken for those below '{{.*}}/1/' in the running program
//
// UNCLEAR-NOT: are taken for
// UNCLEAR: {{.*}}/1/u.c{{.*}}: if they are meant to be one, {{its value|their values}} would be lost
#ifdef MAIN
#ifdef STATE
static volatile int runs;
int main(void) { return runs++; }
#else
int main(void) { return 0; }
#endif
#else
static int counter;
__attribute__((noinline)) static int helper(int k) {
#ifdef NEW
  return counter += 10 * k;
#else
  return counter += k;
#endif
}
__attribute__((used)) int NAME(void) { return helper(1); }
#endif
