; Stacks must be readable at every instruction: updatable functions get
; asynchronous unwind tables even if the compiler was told to leave them out.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-selection -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"
source_filename = "a.c"

; CHECK: define i32 @f() #[[ATTRIBUTES:[0-9]+]]
; CHECK: attributes #[[ATTRIBUTES]] = { uwtable }
define i32 @f() {
  ret i32 1
}
