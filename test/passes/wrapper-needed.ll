; Who gets a wrapper: everything that something but a direct call can name, and
; everything that others can find by its name.  Block addresses, annotations and
; direct calls are no reason.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %s \
; RUN:   | FileCheck %s --implicit-check-not='@no_{{.*}}.dsu('
target triple = "x86_64-unknown-linux-gnu"

@.text = private constant [2 x i8] c"x\00", section "llvm.metadata"
@llvm.global.annotations = appending global [1 x { ptr, ptr, ptr, i32, ptr }] [{ ptr, ptr, ptr, i32, ptr } { ptr @no_annotated, ptr @.text, ptr @.text, i32 1, ptr null }], section "llvm.metadata"
@llvm.used = appending global [1 x ptr] [ptr @yes_used], section "llvm.metadata"
@blocks = internal constant [1 x ptr] [ptr blockaddress(@no_blocks, %next)]
@yes_alias = internal alias void (), ptr @yes_aliased

define internal void @no_annotated() {
  ret void
}
define internal void @no_blocks() {
  br label %next
next:
  ret void
}
; CHECK: define internal void @yes_used.dsu(
define internal void @yes_used() {
  ret void
}
; CHECK: define internal void @yes_aliased.dsu(
define internal void @yes_aliased() {
  ret void
}
; CHECK: define internal void @yes_argument.dsu(
define internal void @yes_argument() {
  ret void
}
; CHECK: define internal i32 @yes_personality.dsu(
define internal i32 @yes_personality(...) {
  ret i32 0
}
; CHECK: define protected void @yes_exported.dsu(
define dso_local void @yes_exported() {
  ret void
}
declare void @take(ptr)
define internal void @no_only_called() personality ptr @yes_personality {
  call void @take(ptr @yes_argument)
  call void @no_annotated()
  call void @no_blocks()
  ret void
}
define internal void @no_caller() {
  call void @no_only_called()
  call void @yes_exported()
  ret void
}
