; Calls in lifelong functions to what can be updated look like calls of anybody
; until the link half, which makes them direct again and leaves no trace: no
; variable, and no wrapper for a callee whose address nobody takes.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-thin-frames -S %s -o %t.ll
; RUN: FileCheck %s < %t.ll
; RUN: %dsu-opt -passes=dsu-restore-callees -S %t.ll | FileCheck %s --check-prefix=BACK
; RUN: %dsu-opt -passes=dsu-image -S %t.ll | FileCheck %s --check-prefix=IMAGE
;
; CHECK: @__dsu_opaque.helper = internal global ptr @helper
; CHECK: @__dsu_opaque.elsewhere = internal global ptr @elsewhere
; CHECK-NOT: @__dsu_opaque
;
; CHECK-LABEL: define i32 @main(
; CHECK: [[HELPER:%.*]] = load volatile ptr, ptr @__dsu_opaque.helper
; CHECK-NEXT: call i32 [[HELPER]](i32 1) [[MARK:#[0-9]+]]
; CHECK: [[AGAIN:%.*]] = load volatile ptr, ptr @__dsu_opaque.helper
; CHECK-NEXT: call i32 [[AGAIN]](i32 2)
; CHECK: [[ELSEWHERE:%.*]] = load volatile ptr, ptr @__dsu_opaque.elsewhere
; CHECK-NEXT: call i32 [[ELSEWHERE]]()
; The C library, what returns twice, what must be inlined, and what is off.
; CHECK: call i64 @strlen(
; CHECK: call i32 @_setjmp(
; CHECK: call i32 @always(
; CHECK: call i32 @turned_off(
; CHECK-LABEL: define i32 @ordinary(
; CHECK: call i32 @helper(
; CHECK: attributes [[MARK]] = { noinline nomerge }
;
; BACK-NOT: __dsu_opaque
; BACK-LABEL: define i32 @main(
; BACK: call i32 @helper(i32 1)
; BACK-NEXT: call i32 @helper(i32 2)
; BACK-NEXT: call i32 @elsewhere()
; BACK-NOT: __dsu_opaque
;
; IMAGE-NOT: __dsu_opaque
; IMAGE-NOT: define {{.*}}@helper()
; IMAGE: define internal i32 @helper(i32
target triple = "x86_64-pc-linux-gnu"

define internal i32 @helper(i32 %x) {
  ret i32 %x
}
define internal i32 @always(i32 %x) alwaysinline {
  ret i32 %x
}
define internal i32 @turned_off(i32 %x) "dsu-off" {
  ret i32 %x
}
declare i32 @elsewhere()
declare i64 @strlen(ptr)
declare i32 @_setjmp(ptr) returns_twice

define i32 @main(ptr %p) {
  %1 = call i32 @helper(i32 1)
  %2 = call i32 @helper(i32 2)
  %3 = call i32 @elsewhere()
  %4 = call i64 @strlen(ptr %p)
  %5 = call i32 @_setjmp(ptr %p)
  %6 = call i32 @always(i32 3)
  %7 = call i32 @turned_off(i32 3)
  ret i32 0
}
define i32 @ordinary() {
  %1 = call i32 @helper(i32 1)
  ret i32 %1
}
