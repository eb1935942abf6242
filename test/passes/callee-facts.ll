; Code generation uses nothing of what it knows of the function that is called: the
; next version of it may use other registers, write memory, or return something
; else than its argument.  What the call itself promises it does use.
;
; RUN: %dsu-opt -passes='dsu-identity,dsu-indirection<entries>' -S %s -o %t.ll
; RUN: FileCheck %s --check-prefix=IR < %t.ll
; RUN: llc -O2 -enable-ipra %t.ll -o - | FileCheck %s
; RUN: llc -O2 -enable-ipra %s -o - | FileCheck %s --check-prefix=PLAIN
target triple = "x86_64-unknown-linux-gnu"

; IR-DAG: @same.dsu.call = private alias ptr (ptr), ptr @same
; IR-DAG: @reader.dsu.call = private alias i64 (ptr), ptr @reader
; IR-DAG: @scratch.dsu.call = private alias void (), ptr @scratch

; Its argument is what it returns, today.
define internal ptr @same(ptr returned %p) noinline {
  ret ptr %p
}
; IR-LABEL: @returned(
; IR: call ptr @same.dsu.call(
; CHECK-LABEL: returned:
; CHECK: pushq %rbx
; CHECK: callq {{.*}}same
; PLAIN-LABEL: returned:
; PLAIN-NOT: %rbx
; PLAIN: callq same
define i64 @returned(ptr %p) {
  %q = call ptr @same(ptr %p)
  %a = load volatile i64, ptr %p
  ret i64 %a
}

; It only reads, so that two loads around it could be one.
define internal i64 @reader(ptr %p) noinline nounwind memory(read) {
  %x = load i64, ptr %p
  ret i64 %x
}
; IR-LABEL: @around(
; IR: %a = load
; IR-NEXT: call i64 @reader.dsu.call(
; IR-NEXT: %b = load
define i64 @around(ptr %p) {
  %a = load i64, ptr %p
  %x = call i64 @reader(ptr %p)
  %b = load i64, ptr %p
  %s = add i64 %a, %b
  %t = xor i64 %s, %x
  ret i64 %t
}
; A pass that merges loads does not see either what the callee did.
; RUN: opt -passes=early-cse -S %t.ll | FileCheck %s --check-prefix=CSE
; RUN: opt -passes=early-cse -S %s | FileCheck %s --check-prefix=MERGED
; CSE-LABEL: @around(
; CSE-COUNT-2: load i64
; CSE: ret
; MERGED-LABEL: @around(
; MERGED-COUNT-1: load i64
; MERGED-NOT: load
; MERGED: ret

; It leaves nearly all registers alone.
define internal void @scratch() noinline norecurse nounwind {
  call void asm sideeffect "nop", ""()
  ret void
}
; CHECK-LABEL: over:
; CHECK: pushq %rbx
; CHECK: callq {{.*}}scratch
; PLAIN-LABEL: over:
; PLAIN-NOT: %rbx
; PLAIN: callq scratch
define i64 @over(i64 %x) norecurse {
  call void @scratch()
  ret i64 %x
}
