; invoke, musttail and calls through a mismatched type are indirected with their
; attributes; bundles stay.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s | FileCheck %s
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection,verify -disable-output %s
target triple = "x86_64-unknown-linux-gnu"

define internal i32 @callee(i32 %x) {
  ret i32 %x
}
declare i32 @__gcc_personality_v0(...)

; CHECK-LABEL: define protected i32 @invoking.dsu(
; CHECK: [[SLOT:%.*]] = load ptr, ptr @__dsu_slots
; CHECK-NEXT: invoke i32 [[SLOT]](i32 %x)
define dso_local i32 @invoking(i32 %x) personality ptr @__gcc_personality_v0 {
  %r = invoke i32 @callee(i32 %x) to label %ok unwind label %bad
ok:
  ret i32 %r
bad:
  %lp = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %lp
}
; CHECK-LABEL: define protected i32 @tailing.dsu(
; CHECK: [[SLOT:%.*]] = load ptr, ptr @__dsu_slots
; CHECK-NEXT: musttail call i32 [[SLOT]](i32 %x)
; CHECK-NEXT: ret
define dso_local i32 @tailing(i32 %x) {
  %r = musttail call i32 @callee(i32 %x)
  ret i32 %r
}
; CHECK-LABEL: define protected void @mismatched.dsu(
; CHECK: [[SLOT:%.*]] = load ptr, ptr @__dsu_slots
; CHECK-NEXT: call void (...) [[SLOT]](i64 1) [ "tag"(i32 7) ]
define dso_local void @mismatched() {
  call void (...) @callee(i64 1) [ "tag"(i32 7) ]
  ret void
}
