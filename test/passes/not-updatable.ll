; What has no slot: declarations, available_externally copies, comdats, functions
; turned off, without identity, of the runtime, resolvers, C++.  With nothing left the
; module is as it was, and doing it twice changes nothing.
;
; RUN: %dsu-opt -passes=dsu-indirection -S %s | FileCheck %s
; RUN: %dsu-opt -passes=dsu-image -S %s | FileCheck %s
; RUN: %dsu-opt -passes=dsu-identity,dsu-indirection -S %S/recursion.ll -o %t.ll
; RUN: %dsu-opt -passes=dsu-indirection,dsu-image -S %t.ll -o %t2.ll
; RUN: sed 1d %t.ll > %t.1 && sed 1d %t2.ll > %t.2 && diff %t.1 %t.2
; CHECK-NOT: dsu_slots
; CHECK-NOT: .dsu(
target triple = "x86_64-unknown-linux-gnu"

$in_comdat = comdat any
@chosen = ifunc void (), ptr @resolver

define available_externally void @copy() !dsu.id !0 {
  ret void
}
define linkonce_odr void @in_comdat() comdat !dsu.id !1 {
  ret void
}
define void @off() "dsu-off" !dsu.id !2 {
  ret void
}
define void @stranger() {
  ret void
}
define void @__dsu_internal() !dsu.id !3 {
  ret void
}
define ptr @resolver() !dsu.id !4 {
  ret ptr null
}
define void @from_cxx() !dsu.id !5 !dbg !8 {
  ret void
}
declare void @declared()
!llvm.module.flags = !{!9}
!llvm.dbg.cu = !{!6}
!0 = !{!"copy"}
!1 = !{!"in_comdat"}
!2 = !{!"off"}
!3 = !{!"__dsu_internal"}
!4 = !{!"resolver"}
!5 = !{!"from_cxx"}
!6 = distinct !DICompileUnit(language: DW_LANG_C_plus_plus_14, file: !7, emissionKind: FullDebug)
!7 = !DIFile(filename: "a.cpp", directory: "/")
!8 = distinct !DISubprogram(name: "from_cxx", scope: !7, file: !7, line: 1, type: !10, unit: !6, spFlags: DISPFlagDefinition)
!9 = !{i32 2, !"Debug Info Version", i32 3}
!10 = !DISubroutineType(types: !11)
!11 = !{null}
