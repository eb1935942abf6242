; Small functions that call nothing are called directly and look at their slot
; themselves; the slot leads behind the guard.
;
; RUN: %dsu-opt -passes='dsu-identity,dsu-indirection<guard>' -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @__dsu_slots = internal global {{.*}} [ptr getelementptr (i8, ptr @small, i64 9), ptr @calls, ptr @big, ptr @frame, ptr getelementptr (i8, ptr @other_registers, i64 9), ptr @traced, ptr @aligned, ptr @main.dsu,

; CHECK: define internal i32 @small(i32 %x) {{.*}}align 16
; CHECK-SAME: prefix {{.*}} i8 -1, i8 37, i32 trunc (i64 sub (i64 ptrtoint (ptr @__dsu_slots to i64), i64 ptrtoint (ptr getelementptr (i8, ptr @small, i64 -2) to i64)) to i32), i8 -52, i8 -52 }>
; CHECK-SAME: prologue {{.*}} i8 -10, i8 5, i32 trunc (i64 sub (i64 ptrtoint (ptr @__dsu_slots to i64), i64 ptrtoint (ptr getelementptr (i8, ptr @small, i64 7) to i64)) to i32), i8 1, i8 116, i8 -17 }>
define internal i32 @small(i32 %x) {
  %y = mul i32 %x, 3
  ret i32 %y
}

; Its cost is that of the calls.
; CHECK: define internal i32 @calls(
; CHECK: call i32 @small(
define internal i32 @calls(i32 %x) {
  %y = call i32 @small(i32 %x)
  ret i32 %y
}

; CHECK: define internal i32 @big(
define internal i32 @big(i32 %x) {
  %1 = mul i32 %x, 3
  %2 = xor i32 %1, 3
  %3 = mul i32 %2, 3
  %4 = xor i32 %3, 3
  %5 = mul i32 %4, 3
  %6 = xor i32 %5, 3
  %7 = mul i32 %6, 3
  %8 = xor i32 %7, 3
  %9 = mul i32 %8, 3
  %10 = xor i32 %9, 3
  %11 = mul i32 %10, 3
  %12 = xor i32 %11, 3
  %13 = mul i32 %12, 3
  %14 = xor i32 %13, 3
  %15 = mul i32 %14, 3
  %16 = xor i32 %15, 3
  ret i32 %16
}

; CHECK: define internal i32 @frame(
define internal i32 @frame(i32 %x) {
  %y = alloca i32
  store volatile i32 %x, ptr %y
  %z = load volatile i32, ptr %y
  ret i32 %z
}

; The guard uses no register, so arguments may be in any.
; CHECK: define internal x86_regcallcc i32 @other_registers(
; CHECK-SAME: prologue
define internal x86_regcallcc i32 @other_registers(i32 %x) {
  ret i32 %x
}

; The entry belongs to somebody else.
; CHECK: define internal i32 @traced(
define internal i32 @traced(i32 %x) "patchable-function-entry"="5" {
  ret i32 %x
}

; It would not be aligned as it asks for.
; CHECK: define internal i32 @aligned(i32 %x) align 64 {
define internal i32 @aligned(i32 %x) align 64 {
  ret i32 %x
}

; CHECK: define protected i32 @main.dsu(
; CHECK: call i32 @small(
; CHECK: load ptr, ptr getelementptr inbounds ({{.*}} @__dsu_slots
define i32 @main() {
  %1 = call i32 @small(i32 1)
  %2 = call i32 @calls(i32 %1)
  %3 = call i32 @big(i32 %2)
  %4 = call i32 @frame(i32 %3)
  %5 = call x86_regcallcc i32 @other_registers(i32 %4)
  %6 = call i32 @traced(i32 %5)
  %7 = call i32 @aligned(i32 %6)
  ret i32 %7
}
