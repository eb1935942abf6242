; Calls that must find the symbol stay direct and reach the slot by the wrapper:
; of weak definitions, of what can be preempted, and with byval arguments, whose
; copy could come between the load and the call.  What nobody can preempt is
; called through the slot (the pair of each).
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

define weak dso_local void @weak_one() {
  ret void
}
define void @preemptible() {
  ret void
}
define dso_local void @own() {
  ret void
}
define hidden void @hidden_one() {
  ret void
}
define internal void @by_value(ptr byval([100 x i64]) %p) {
  ret void
}
; CHECK-LABEL: define protected void @caller.dsu(
define dso_local void @caller(ptr %p) {
; CHECK-NEXT: call void @weak_one()
  call void @weak_one()
; CHECK-NEXT: call void @preemptible()
  call void @preemptible()
; CHECK-NEXT: call void @by_value(ptr byval([100 x i64]) %p)
  call void @by_value(ptr byval([100 x i64]) %p)
; CHECK-NEXT: [[SLOT:%.*]] = load ptr
; CHECK-NEXT: call void [[SLOT]]()
  call void @own()
; CHECK-NEXT: [[SLOT:%.*]] = load ptr
; CHECK-NEXT: call void [[SLOT]]()
  call void @hidden_one()
  ret void
}
