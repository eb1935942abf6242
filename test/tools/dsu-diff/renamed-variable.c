// A variable that gets another name would start anew and lose its value: if one of
// the same type is gone from the same function, or from outside of all in the same
// file, it is a decision.  So is one that moves into a function that has used it, or
// out of one that still does.  One of another type, or of another place, is new.
//
// RUN: dsu-cc -O2 -g %s -DOUTER='static int requests;' -DNAME=requests -o %t.old
//
// RUN: dsu-cc -O2 -g %s -DOUTER='static int served;' -DNAME=served -o %t.new && %exits 2 %diff | FileCheck %s
// RUN: %diff '--new-variable=%s;served' | FileCheck --check-prefix=FRESH %s
// RUN: dsu-cc -O2 -g %s -DOUTER='int served;' -DNAME=served -o %t.new && %exits 2 %diff | FileCheck --check-prefix=EXTERNAL %s
//
// RUN: dsu-cc -O2 -g %s -DOUTER='static long served;' -DNAME=served -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g %s -DINNER='static int served;' -DNAME=served -o %t.new && %exits 2 %diff | FileCheck --check-prefix=INTO %s
// RUN: dsu-cc -O2 -g %s -DINNER='static long served;' -DNAME=served -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g %s -DELSEWHERE='static int calls, served;' -DNEXT='calls + ++served' -DNAME=by -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g %s -DOUTER='static int requests, served;' -DNAME='requests += served' -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
//
// RUN: dsu-cc -O2 -g %s -DINNER='static int requests;' -DNAME=requests -o %t.old
// RUN: dsu-cc -O2 -g %s -DINNER='static int served;' -DNAME=served -o %t.new && %exits 2 %diff | FileCheck --check-prefix=INNER %s
// RUN: dsu-cc -O2 -g %s -DOUTER='static int served;' -DNAME=served -o %t.new && %exits 2 %diff | FileCheck --check-prefix=OUT %s
// RUN: dsu-cc -O2 -g %s -DELSEWHERE='static int calls, served;' -DNEXT='calls + ++served' -DNAME=by -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
// RUN: dsu-cc -O2 -g %s -DOUTER='static int served;' -DELSEWHERE='static int calls;' -DNEXT='calls + ++served' -DNAME=by -o %t.new && %diff | FileCheck --check-prefix=OTHER %s
//
// CHECK: {{.*}}renamed-variable.c:[[#]]: '{{.*}};served' is new while '{{.*}};requests' of the same type is gone
// CHECK-NEXT: => keep the name, or pass --new-variable='{{.*}};served' if it may start with its initial value
// FRESH: can be applied live
// FRESH: is gone: if they are meant to be one
// EXTERNAL: 'served' is new while '{{.*}};requests' of the same type is gone
// INNER: ;tick.served' is new while '{{.*}};tick.requests' of the same type is gone
// INTO: ;tick.served' is new while '{{.*}};requests' of the same type is gone
// OUT: ;served' is new while '{{.*}};tick.requests' of the same type is gone
// OTHER-NOT: of the same type
// OTHER: can be applied live
#ifndef INNER
#define INNER
#endif
#ifndef OUTER
#define OUTER
#endif
#ifndef ELSEWHERE
#define ELSEWHERE static int calls;
#define NEXT calls
#endif
OUTER
__attribute__((noinline)) int next(void) {
  ELSEWHERE
  return ++NEXT;
}
__attribute__((noinline)) int tick(int by) {
  INNER
  return (NAME += by) + next();
}
int main(int argc, char **argv) { return tick(argc) + tick(argc); }
