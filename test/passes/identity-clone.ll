; A copy that an optimizer made carries its origin's identity.  At the end it is
; told from the original by its name, and named by its contents, not a number;
; a copy alone, whose original is gone, is a clone too.
;
; RUN: %dsu-opt -passes=dsu-image -S %s -o %t
; RUN: FileCheck %s < %t
target triple = "x86_64-unknown-linux-gnu"

; CHECK-DAG: c"f\00", section "dsu_meta"
; CHECK-DAG: c"f.clone.[[HASH:[0-9a-f]+]]\00"
; CHECK-DAG: c"a.c;gone.clone.{{[0-9a-f]+}}\00"
define i32 @f(i32 %x) !dsu.id !0 {
  ret i32 %x
}
define internal i32 @f.specialized.1(i32 %x) !dsu.id !0 {
  ret i32 4
}
define i32 @gone.specialized.2(i32 %x) !dsu.id !1 {
  %r = call i32 @f.specialized.1(i32 %x)
  ret i32 %r
}
!0 = !{!"f"}
!1 = !{!"a.c;gone"}
