; Definitions get their identity: linkage name if external, "file;name" if
; internal.  Declarations, string literals and what LLVM made get none, and an
; assembler name loses its escape.
;
; RUN: %dsu-opt -passes=dsu-identity -S %s | FileCheck %s
source_filename = "dir/file.c"
target triple = "x86_64-unknown-linux-gnu"

; CHECK: @state = internal global i32 0, !dsu.id ![[STATE:[0-9]+]]
; CHECK: @shared = global i32 1, !dsu.id ![[SHARED:[0-9]+]]
; CHECK: @table = internal constant [1 x i32] [i32 3], !dsu.id ![[TABLE:[0-9]+]]
; CHECK: @.str = private constant [2 x i8] c"a\00"{{$}}
; CHECK: @other = external global i32{{$}}
@state = internal global i32 0
@shared = global i32 1
@table = internal constant [1 x i32] [i32 3]
@.str = private constant [2 x i8] c"a\00"
@other = external global i32

; CHECK: define void @f() !dsu.id ![[F:[0-9]+]]
define void @f() {
  ret void
}
; CHECK: define internal void @g() !dsu.id ![[G:[0-9]+]]
define internal void @g() {
  ret void
}
; CHECK: define void @"\01renamed"() !dsu.id ![[RENAMED:[0-9]+]]
define void @"\01renamed"() {
  ret void
}
; CHECK: declare void @h(){{$}}
declare void @h()

; CHECK: !dsu.units = !{![[UNIT:[0-9]+]]}
; CHECK-DAG: ![[UNIT]] = distinct !{!"dir/file.c"}
; CHECK-DAG: ![[STATE]] = !{!"dir/file.c;state", ![[UNIT]]}
; CHECK-DAG: ![[TABLE]] = !{!"dir/file.c;table", ![[UNIT]]}
; CHECK-DAG: ![[SHARED]] = !{!"shared"}
; CHECK-DAG: ![[F]] = !{!"f"}
; CHECK-DAG: ![[G]] = !{!"dir/file.c;g", ![[UNIT]]}
; CHECK-DAG: ![[RENAMED]] = !{!"renamed"}
