// Without LTO a weak definition may be dropped in favour of another file's, so it
// has no slot; the link knows which one prevails, and gives it one.
//
// RUN: %dsu-clang -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %dsu-lto -O1 -rdynamic %s -o %t && llvm-nm %t \
// RUN:   | FileCheck %s --check-prefix=LINK
// CHECK: define weak {{.*}}@weak_one()
// CHECK-NOT: {{prefix|@weak_one.dsu}}
// CHECK: @main({{.*}} prefix <
// LINK: weak_one.dsu
__attribute__((weak, noinline)) int weak_one(void) { return 0; }
int main(void) { return weak_one(); }
