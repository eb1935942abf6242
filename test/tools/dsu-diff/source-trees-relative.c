// A file that moves within a project, while others stay, may not be the same one:
// asked, in one decision for all that is in it, which names DSU_ROOT.  If all files
// lie in another directory, that is taken for the old one.
//
// RUN: rm -rf %t && mkdir -p %t/a %t/b && cp %s %t/a/u.c && cp %s %t/b/u.c
// RUN: cp %s %t/main.c && cp %s %t/a/main.c && cp %s %t/b/main.c && cd %t
// RUN: dsu-cc -O2 -g -c -DMAIN main.c -o main.o
// RUN: dsu-cc -O2 -g -c -DMAIN a/main.c -o a/main.o && dsu-cc -O2 -g -c a/u.c -o a/u.o
// RUN: dsu-cc -O2 -g -c -DMAIN b/main.c -o b/main.o && dsu-cc -O2 -g -c -DNEW b/u.c -o b/u.o
//
// The other file stays beside the directories, or in the old one:
// RUN: dsu-cc -O2 main.o a/u.o -o %t.old && dsu-cc -O2 main.o b/u.o -o %t.new
// RUN: %exits 2 %diff | FileCheck %s
// RUN: dsu-cc -O2 a/main.o a/u.o -o %t.old && dsu-cc -O2 a/main.o b/u.o -o %t.new
// RUN: %exits 2 %diff | FileCheck %s
// RUN: %diff '--new-variable=b/u.c;counter' '--new-variable=b/u.c;helper.last' | FileCheck --check-prefix=ACCEPTED %s
// RUN: %exits 2 %diff '--new-variable=b/u.c;counter' | FileCheck --check-prefix=ONE %s
//
// RUN: dsu-cc -O2 b/main.o b/u.o -o %t.new && %diff | FileCheck --check-prefix=ALL %s
//
// CHECK: To be decided
// CHECK-NEXT: b/u.c:{{[0-9]+}}: 2 variables are new while those of the same names in files of other directories are gone, as 'b/u.c;counter' and that of 'a/u.c'
// CHECK-NEXT: => build both versions with DSU_ROOT {{.*}}('b/u.c' as 'a/u.c'); or pass --new-variable=NAME for each
// CHECK-EMPTY:
// CHECK-NOT: taken for
// ACCEPTED: can be applied live
// ONE: 'b/u.c;helper.last' is new while 'a/u.c;helper.last' is gone
// ALL: can be applied live
// ALL: changed a/u.c;helper
// ALL: files below 'b/' are taken for those below 'a/' in the running program
#ifdef MAIN
static volatile int runs;
int main(void) { return runs++; }
#else
static int counter;
__attribute__((noinline)) static int helper(int k) {
  static int last;
#ifdef NEW
  return counter += 10 * k + last++;
#else
  return counter += k + last++;
#endif
}
__attribute__((used)) int get(void) { return helper(1); }
#endif
