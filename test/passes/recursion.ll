; A call of the function itself goes through its own slot.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK: define protected void @down.dsu(i32 %n)
; CHECK: [[SLOT:%.*]] = load ptr, ptr @__dsu_slots
; CHECK-NEXT: call void [[SLOT]](i32 %less)
define dso_local void @down(i32 %n) {
  %less = sub i32 %n, 1
  call void @down(i32 %less)
  ret void
}
