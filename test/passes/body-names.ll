; The body of an exported function has a name that the dynamic linker can show in
; backtraces, though nobody can preempt it.  Bodies of which there may be several
; in a link, and of functions that are not exported, have none.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s | FileCheck %s
;
; CHECK: define protected void @exported.dsu(
; CHECK: define internal void @hidden.dsu(
; CHECK: define internal void @weak.dsu(
; CHECK: define internal void @stored.dsu(
target triple = "x86_64-unknown-linux-gnu"

@pointer = global ptr @stored

declare void @work()

define void @exported() {
  call void @work()
  ret void
}
define hidden void @hidden() {
  call void @work()
  ret void
}
define weak void @weak() {
  call void @work()
  ret void
}
define internal void @stored() {
  call void @work()
  ret void
}
