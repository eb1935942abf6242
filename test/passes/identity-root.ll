; The prefix named by DSU_ROOT is taken off source files; others stay as typed.
;
; RUN: env DSU_ROOT=/project %dsu-opt -passes=dsu-identity -S %s | FileCheck %s
; RUN: env DSU_ROOT=/project/ %dsu-opt -passes=dsu-identity -S %s | FileCheck %s
; RUN: env DSU_ROOT=/elsewhere %dsu-opt -passes=dsu-identity -S %s \
; RUN:   | FileCheck %s --check-prefix=OUTSIDE
source_filename = "/project/src/../lib/file.c"
target triple = "x86_64-unknown-linux-gnu"

; CHECK: !{!"lib/file.c;f",
; OUTSIDE: !{!"/project/src/../lib/file.c;f",
define internal void @f() {
  ret void
}
