; Direct calls load the slot right before; indirect calls and calls of
; declarations stay.  A function that only direct calls can reach has no wrapper;
; every other keeps its symbol as a jump through the slot.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @table = internal constant [1 x ptr] [ptr @stored]
; CHECK: @__dsu_slots = internal global [512 x ptr] [ptr @direct, ptr @visible.dsu, ptr @stored.dsu, ptr @caller.dsu, ptr null{{.*}}], section "dsu_slots", align 4096
@table = internal constant [1 x ptr] [ptr @stored]

; CHECK: define internal i32 @direct(i32 %x)
define internal i32 @direct(i32 %x) {
  ret i32 %x
}
; CHECK: define dso_local void @visible() #[[NAKED:[0-9]+]] align 8 {
; CHECK-NEXT: entry:
; CHECK-NEXT: call void asm sideeffect "jmpq *${0:a}", "i"(ptr getelementptr inbounds ([512 x ptr], ptr @__dsu_slots, i64 0, i64 1))
; CHECK-NEXT: unreachable
; CHECK: define protected i32 @visible.dsu(i32 %x)
define dso_local i32 @visible(i32 %x) {
  ret i32 %x
}
; CHECK: define internal void @stored()
; CHECK: define internal i32 @stored.dsu(
define internal i32 @stored(i32 %x) {
  ret i32 %x
}
declare i32 @elsewhere(i32)

; CHECK: define protected i32 @caller.dsu(
define dso_local i32 @caller(ptr %p) {
; CHECK: [[SLOT:%.*]] = load ptr, ptr @__dsu_slots, align 8
; CHECK-NEXT: %a = tail call fastcc i32 [[SLOT]](i32 noundef 1)
  %a = tail call fastcc i32 @direct(i32 noundef 1)
; CHECK-NEXT: [[SLOT:%.*]] = load ptr, ptr getelementptr inbounds ([512 x ptr], ptr @__dsu_slots, i64 0, i64 1), align 8
; CHECK-NEXT: %b = call i32 [[SLOT]](i32 2) #[[COLD:[0-9]+]]
  %b = call i32 @visible(i32 2) cold
; CHECK-NEXT: %c = call i32 %p(i32 3)
  %c = call i32 %p(i32 3)
; CHECK-NEXT: %d = call i32 @elsewhere(i32 4)
  %d = call i32 @elsewhere(i32 4)
  ret i32 %d
}
; CHECK: attributes #[[NAKED]] = { naked noinline optsize uwtable }
; CHECK: attributes #[[COLD]] = { cold }
