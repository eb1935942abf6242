; Every call of a function with debug info gets a discriminator of its own,
; counted in order, and a line that is not 0, and must not be merged; inlined
; calls count in the function that they are in.  Without debug info nothing is
; done.
;
; RUN: %dsu-opt -passes=dsu-identity,dsu-call-sites -S %s | FileCheck %s
target triple = "x86_64-unknown-linux-gnu"

declare void @callee()

; CHECK: define void @f() {{.*}}!dbg ![[F:[0-9]+]]
define void @f() !dbg !4 {
; CHECK-NEXT: call void @callee() #[[NOMERGE:[0-9]+]], !dbg ![[A:[0-9]+]]
  call void @callee(), !dbg !6
; CHECK-NEXT: call void @callee() #[[NOMERGE]], !dbg ![[B:[0-9]+]]
  call void @callee(), !dbg !6
; CHECK-NEXT: call void @callee() #[[NOMERGE]], !dbg ![[C:[0-9]+]]
  call void @callee(), !dbg !9
; CHECK-NEXT: call void @callee() #[[NOMERGE]], !dbg ![[D:[0-9]+]]
  call void @callee(), !dbg !10
  ret void
}
; CHECK: define void @bare()
; CHECK-NEXT: call void @callee(){{$}}
define void @bare() {
  call void @callee()
  ret void
}
; CHECK: attributes #[[NOMERGE]] = { nomerge }
!llvm.dbg.cu = !{!0}
!llvm.module.flags = !{!2}
!0 = distinct !DICompileUnit(language: DW_LANG_C11, file: !1, emissionKind: FullDebug)
!1 = !DIFile(filename: "a.c", directory: "/")
!2 = !{i32 2, !"Debug Info Version", i32 3}
!3 = !DISubroutineType(types: !{})
; CHECK-DAG: ![[A]] = !DILocation(line: 6, column: 3, scope: ![[AS:[0-9]+]])
; CHECK-DAG: ![[AS]] = !DILexicalBlockFile(scope: ![[F]], {{.*}}discriminator: 1)
; CHECK-DAG: ![[B]] = !DILocation(line: 6, column: 3, scope: ![[BS:[0-9]+]])
; CHECK-DAG: ![[BS]] = !DILexicalBlockFile(scope: ![[F]], {{.*}}discriminator: 2)
; CHECK-DAG: ![[C]] = !DILocation(line: 5, {{(column: [0-9]+, )?}}scope: ![[CS:[0-9]+]])
; CHECK-DAG: ![[CS]] = !DILexicalBlockFile(scope: ![[F]], {{.*}}discriminator: 3)
; CHECK-DAG: ![[D]] = !DILocation(line: 21, column: 4, scope: ![[DS:[0-9]+]], inlinedAt: ![[AT:[0-9]+]])
; CHECK-DAG: ![[DS]] = !DILexicalBlockFile(scope: ![[G:[0-9]+]], {{.*}}discriminator: 4)
; CHECK-DAG: ![[G]] = distinct !DISubprogram(name: "g"
!4 = distinct !DISubprogram(name: "f", file: !1, line: 5, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!5 = distinct !DISubprogram(name: "g", file: !1, line: 20, type: !3, unit: !0, spFlags: DISPFlagDefinition)
!6 = !DILocation(line: 6, column: 3, scope: !8)
!7 = distinct !DILocation(line: 7, column: 3, scope: !4)
!8 = !DILexicalBlockFile(scope: !4, file: !1, discriminator: 9)
!9 = !DILocation(line: 0, scope: !4)
!10 = !DILocation(line: 21, column: 4, scope: !5, inlinedAt: !7)
