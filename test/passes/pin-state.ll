; Mutable definitions get a section of their own, an explicit alignment, a place
; in llvm.compiler.used, and no one may evaluate code into their initial values.  Existing sections stay; common symbols cannot
; have one; constants and declarations are not state.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-pin-state -S %s | FileCheck %s
; RUN: %dsu-opt -passes=dsu-identity,dsu-pin-state,dsu-pin-state -S %s \
; RUN:   | FileCheck %s
source_filename = "a.c"
target triple = "x86_64-unknown-linux-gnu"

; CHECK-DAG: @zero = internal externally_initialized global i32 0, section ".bss.zero", align 4
; CHECK-DAG: @data = externally_initialized global [2 x i64] [i64 1, i64 2], section ".data.data", align 16
; CHECK-DAG: @tzero = thread_local externally_initialized global i32 0, section ".tbss.tzero", align 4
; CHECK-DAG: @tdata = internal thread_local externally_initialized global i32 5, section ".tdata.tdata", align 4
; CHECK-DAG: @placed = externally_initialized global i32 1, section "here", align 4
; CHECK-DAG: @tentative = common externally_initialized global i32 0, align 4
; CHECK-DAG: @fixed = internal constant i32 7, !dsu.id
; CHECK-DAG: @elsewhere = external global i32{{$}}
; CHECK: @llvm.compiler.used = appending global [6 x ptr] [ptr @zero, ptr @data, ptr @tzero, ptr @tdata, ptr @placed, ptr @tentative]
@zero = internal global i32 0
@data = global [2 x i64] [i64 1, i64 2], align 16
@tzero = thread_local global i32 0, align 4
@tdata = internal thread_local global i32 5
@placed = global i32 1, section "here"
@tentative = common global i32 0, align 4
@fixed = internal constant i32 7
@elsewhere = external global i32

define i32 @f() {
  %v = load i32, ptr @fixed
  ret i32 %v
}
