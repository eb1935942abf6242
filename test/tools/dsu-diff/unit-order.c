// Two files of one name, each compiled in its own directory, keep their state
// apart whatever the order of the link, with another such file in front, and when
// one is gone. So do the two units of a file that is compiled twice.
//
// RUN: rm -rf %t && mkdir -p %t/a %t/b %t/c && cp %s %t/main.c
// RUN: cp %s %t/a/u.c && cp %s %t/b/u.c && cp %s %t/c/u.c
// RUN: cd %t/a && dsu-cc -O2 -g -c -DNAME=fa u.c -o old.o && dsu-cc -O2 -g -c -DNEW -DNAME=fa u.c -o new.o
// RUN: cd %t/b && dsu-cc -O2 -g -c -DNAME=fb u.c -o old.o && dsu-cc -O2 -g -c -DNEW -DNAME=fb u.c -o new.o
// RUN: cd %t/c && dsu-cc -O2 -g -c -DNEW -DNAME=fc u.c -o new.o
// RUN: cd %t && dsu-cc -O2 -g -c -DMAIN main.c -o main.o
// RUN: cd %t && dsu-cc -O2 main.o a/old.o b/old.o -o %t.old
//
// RUN: cd %t && dsu-cc -O2 main.o b/new.o a/new.o -o %t.new
// RUN: %diff | FileCheck --check-prefix=SWAPPED %s
//
// RUN: cd %t && dsu-cc -O2 main.o c/new.o a/new.o b/new.o -o %t.new
// RUN: %diff | FileCheck --check-prefix=FRONT %s
//
// RUN: cd %t && dsu-cc -O2 main.o b/new.o -o %t.new
// RUN: %diff --keep-removed=fa | FileCheck --check-prefix=GONE %s
//
// RUN: cd %t/a && dsu-cc -O2 -g -c -DNAME=fd u.c -o old2.o && dsu-cc -O2 -g -c -DNEW -DNAME=fd u.c -o new2.o
// RUN: cd %t && dsu-cc -O2 main.o a/old.o a/old2.o -o %t.old
// RUN: cd %t && dsu-cc -O2 main.o a/new2.o a/new.o -o %t.new
// RUN: %diff | FileCheck --check-prefix=SWAPPED %s
//
// SWAPPED:     can be applied live
// SWAPPED:     0 added, 0 removed
// SWAPPED-DAG: changed {{ *}}u.c;helper {{.*}} in source
// SWAPPED-DAG: changed {{ *}}u.c;helper#2 {{.*}} in source
// SWAPPED-NOT: Globals
//
// FRONT:     can be applied live
// FRONT:     2 added, 0 removed
// FRONT-DAG: added {{ *}}fc
// FRONT-DAG: added {{ *}}u.c;helper#3
// FRONT:     Globals
// FRONT-NOT: u.c;counter{{(#2)?}} {{ *}}new
// FRONT:     u.c;counter#3 {{ *}}new variable
//
// GONE:     can be applied live
// GONE:     0 added, 1 removed
// GONE-DAG: changed {{ *}}u.c;helper#2 {{.*}} in source
// GONE-DAG: removed u.c;helper u.c
// GONE:     u.c;counter {{ *}}variable removed
#ifdef MAIN
int main(void) { return 0; }
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
