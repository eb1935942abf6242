// A changed initializer becomes an edit for each element that differs: numbers,
// texts, function pointers; everything is in the report. What cannot be said so
// needs a decision.
//
// RUN: %versions && %diff -o %t.so | FileCheck %s --implicit-check-not='table[0].name' \
// RUN:   --implicit-check-not='table[0].run' --implicit-check-not='table[1].limit'
// RUN: %diff --keep-value=table | FileCheck --check-prefix=KEEP %s
// RUN: dsu-cc -O2 -g -DNEW -DTLS %s -o %t.new
// RUN: %exits 2 %diff | FileCheck --check-prefix=TLS %s
//
// CHECK: Initial values
// CHECK-DAG: table[0].limit: 10 -> 11
// CHECK-DAG: table[1].name: "stat" -> "stats"
// CHECK-DAG: table[1].run: first -> second
// CHECK-DAG: banner: "hello" -> "welcome"
// KEEP-NOT: table[0].limit
// KEEP: 'table' keeps its value
// TLS: 'quota' changes from 5 to 6, but every thread has a copy
// TLS: --keep-value=quota
__attribute__((noinline)) int first(int x) { return x; }
__attribute__((noinline)) int second(int x) { return x * 2; }
struct command {
  const char *name;
  int limit;
  int (*run)(int);
};
#ifdef NEW
struct command table[] = {{"get", 11, first}, {"stats", 10, second}};
char banner[16] = "welcome";
#else
struct command table[] = {{"get", 10, first}, {"stat", 10, first}};
char banner[16] = "hello";
#endif
#ifdef TLS
__thread int quota = 6;
#else
__thread int quota = 5;
#endif
int main(int argc, char **argv) {
  int (*volatile other)(int) = second;
  return table[argc & 1].run(quota++) + banner[argc] + other(argc);
}
