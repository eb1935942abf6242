; Calls stay direct, and lead elsewhere by the first bytes of the function that is
; called: the slot is reached by a jump right before it.  They name a private alias,
; since code generation would make use of what it knows of the function itself.
; A function whose entry somebody else has a claim to is called through its slot.
;
; RUN: %dsu-opt -passes='dsu-identity,dsu-indirection<entries>' -S %s | FileCheck %s
;
; Where indirect branches lead to endbr64 only, that has to stay the first
; instruction of every function.
; RUN: sed 's/^; FLAG: //' %s > %t.ll
; RUN: %dsu-opt -passes='dsu-identity,dsu-indirection<entries>' -S %t.ll | FileCheck %s --check-prefix=CF
; CF: @__dsu_slots =
; CF-NOT: {{[.]dsu[.]call|prologue-short-redirect}}
; CF: define internal i32 @small(i32 %x) {
; CF-NOT: {{[.]dsu[.]call|prologue-short-redirect}}
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @__dsu_slots = internal global {{.*}} [ptr @small, ptr @other_registers, ptr @aligned_16, ptr @stored, ptr @visible, ptr @aligned_64, ptr @traced, ptr @padded, ptr @fentry, ptr @xray, ptr @split, ptr @prefixed, ptr @prologued, ptr @naked, ptr @sanitized, ptr @typed, ptr @by_option, ptr @preemptible.dsu, ptr @weak.dsu, ptr @lifelong, ptr @table_inside, ptr @main, ptr null
; CHECK: @small.dsu.call = private alias i32 (i32), ptr @small
; CHECK: @other_registers.dsu.call = private alias i32 (i32), ptr @other_registers
; CHECK-NOT: alias {{.*}}, ptr @{{aligned_64|traced|padded|fentry|xray|split|prefixed|prologued|naked|sanitized|typed|by_option|preemptible|weak|in_comdat|main}}

; CHECK: define internal i32 @small(i32 %x) #[[ENTRY:[0-9]+]] align 16
; CHECK-SAME: prefix {{.*}}<{ i8 -52, i8 -52, i8 -52, i8 -52, i8 -52, i8 -52, i8 -52, i8 -52, i8 -1, i8 37, i32 trunc (i64 sub (i64 ptrtoint (ptr @__dsu_slots to i64), i64 ptrtoint (ptr getelementptr (i8, ptr @small, i64 -2) to i64)) to i32), i8 -52, i8 -52 }>
define internal i32 @small(i32 %x) {
  ret i32 %x
}

; Neither the jump nor the entry uses a register, so arguments may be in any.
; CHECK: define internal x86_regcallcc i32 @other_registers(i32 %x) #[[ENTRY]] align 16
; CHECK-SAME: prefix {{.*}}@__dsu_slots, i64 {{(0, i64 1|8)}})
define internal x86_regcallcc i32 @other_registers(i32 %x) {
  ret i32 %x
}

; CHECK: define internal i32 @aligned_16(i32 %x) #[[ENTRY]] align 16 prefix
define internal i32 @aligned_16(i32 %x) align 16 {
  ret i32 %x
}

; Its own address is the one that stands for it: there is no wrapper.
; CHECK-NOT: @stored.dsu(
; CHECK: define internal i32 @stored(i32 %x) #[[ENTRY]] align 16 prefix
@table = internal constant [1 x ptr] [ptr @stored]
define internal i32 @stored(i32 %x) {
  ret i32 %x
}
; CHECK: define dso_local i32 @visible(i32 %x) #[[ENTRY]] align 16 prefix
define dso_local i32 @visible(i32 %x) {
  ret i32 %x
}

; It would not be aligned as it asks for.
; CHECK: define internal i32 @aligned_64(i32 %x) align 64 {
define internal i32 @aligned_64(i32 %x) align 64 {
  ret i32 %x
}

; Code generation puts something of its own at the entry, or before it.
; CHECK: define internal i32 @traced(i32 %x) #{{[0-9]+}} {
define internal i32 @traced(i32 %x) "patchable-function-entry"="5" {
  ret i32 %x
}
; CHECK: define internal i32 @padded(i32 %x) #{{[0-9]+}} {
define internal i32 @padded(i32 %x) "patchable-function-prefix"="5" {
  ret i32 %x
}
; CHECK: define internal i32 @fentry(i32 %x) #{{[0-9]+}} {
define internal i32 @fentry(i32 %x) "fentry-call"="true" {
  ret i32 %x
}
; CHECK: define internal i32 @xray(i32 %x) #{{[0-9]+}} {
define internal i32 @xray(i32 %x) "function-instrument"="xray-always" {
  ret i32 %x
}
; CHECK: define internal i32 @split(i32 %x) #{{[0-9]+}} {
define internal i32 @split(i32 %x) "split-stack" {
  ret i32 %x
}
; CHECK: define internal i32 @prefixed(i32 %x) prefix i32 7 {
define internal i32 @prefixed(i32 %x) prefix i32 7 {
  ret i32 %x
}
; CHECK: define internal i32 @prologued(i32 %x) prologue i16 -28784 {
define internal i32 @prologued(i32 %x) prologue i16 36752 {
  ret i32 %x
}
; CHECK: define internal i32 @naked(i32 %0) #{{[0-9]+}} {
define internal i32 @naked(i32) naked {
  call void asm sideeffect "ret", ""()
  unreachable
}

; CHECK: define internal i32 @sanitized(i32 %x) !func_sanitize !{{[0-9]+}} {
define internal i32 @sanitized(i32 %x) !func_sanitize !0 {
  ret i32 %x
}
; CHECK: define internal i32 @typed(i32 %x) !kcfi_type !{{[0-9]+}} {
define internal i32 @typed(i32 %x) !kcfi_type !1 {
  ret i32 %x
}

; The program asks for it (dsu-cc --dsu-through-slots).
; CHECK: define internal i32 @by_option(i32 %x) #{{[0-9]+}} {
define internal i32 @by_option(i32 %x) "dsu-through-slot" {
  ret i32 %x
}

; Another definition may be the one that is called.
; CHECK: define void @preemptible() {{.*}}align 8 {
; CHECK: define protected i32 @preemptible.dsu(i32 %x) {
define i32 @preemptible(i32 %x) {
  ret i32 %x
}
; CHECK: define weak dso_local void @weak() {{.*}}align 8 {
; CHECK: define internal i32 @weak.dsu(i32 %x) {
define weak dso_local i32 @weak(i32 %x) {
  ret i32 %x
}
; Of one in a comdat the linker takes one of many, so it is not updatable at all.
; CHECK: define internal i32 @in_comdat(i32 %x) comdat !dsu.id !{{[0-9]+}} {
$in_comdat = comdat any
define internal i32 @in_comdat(i32 %x) comdat {
  ret i32 %x
}

; Code that is not tiny has two bytes anyway.  But a loop that begins right at the
; entry would be in the way where frames never leave, or where tables lead to it.
; CHECK: define internal i32 @lifelong(i32 %x) #[[LIFELONG:[0-9]+]] align 16 prefix
define internal i32 @lifelong(i32 %x) "dsu-lifelong" {
  %y = call i32 @small(i32 %x)
  ret i32 %y
}
; CHECK: define internal i32 @table_inside(i32 %x) #[[ENTRY]] align 16 prefix
define internal i32 @table_inside(i32 %x) {
  switch i32 %x, label %other [ i32 1, label %one
                                i32 2, label %two ]
one:
  %y = call i32 @small(i32 3)
  ret i32 %y
two:
  ret i32 7
other:
  ret i32 9
}

; CHECK: define dso_local i32 @main() align 16 prefix
define dso_local i32 @main() {
; CHECK-NEXT: call i32 @small.dsu.call(i32 1)
; CHECK-NEXT: call x86_regcallcc i32 @other_registers.dsu.call(
; CHECK-NEXT: call i32 @aligned_16.dsu.call(
; CHECK-NEXT: call i32 @stored.dsu.call(
; CHECK-NEXT: call i32 @visible.dsu.call(
  %1 = call i32 @small(i32 1)
  %2 = call x86_regcallcc i32 @other_registers(i32 %1)
  %3 = call i32 @aligned_16(i32 %2)
  %4 = call i32 @stored(i32 %3)
  %5 = call i32 @visible(i32 %4)
; CHECK-COUNT-12: load ptr, ptr getelementptr {{.*}}@__dsu_slots
; CHECK-NOT: @__dsu_slots
; CHECK: call i32 @preemptible(
; CHECK-NEXT: call i32 @weak(
; CHECK-NEXT: call i32 @in_comdat(
  %6 = call i32 @aligned_64(i32 %5)
  %7 = call i32 @traced(i32 %6)
  %8 = call i32 @padded(i32 %7)
  %9 = call i32 @fentry(i32 %8)
  %10 = call i32 @xray(i32 %9)
  %11 = call i32 @split(i32 %10)
  %12 = call i32 @prefixed(i32 %11)
  %13 = call i32 @prologued(i32 %12)
  %14 = call i32 @naked(i32 %13)
  %15 = call i32 @sanitized(i32 %14)
  %16 = call i32 @typed(i32 %15)
  %17 = call i32 @by_option(i32 %16)
  %18 = call i32 @preemptible(i32 %17)
  %19 = call i32 @weak(i32 %18)
  %20 = call i32 @in_comdat(i32 %19)
  ret i32 %20
}
; CHECK: attributes #[[ENTRY]] = { "patchable-function"="prologue-short-redirect" }
; CHECK: attributes #[[LIFELONG]] = { {{.*}}"patchable-function"="prologue-short-redirect" }
!0 = !{i32 5, i32 6}
!1 = !{i32 7}
; FLAG: !llvm.module.flags = !{!2}
; FLAG: !2 = !{i32 8, !"cf-protection-branch", i32 1}
