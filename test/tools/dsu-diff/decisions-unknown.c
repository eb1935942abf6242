// A decision names something of the programs, or it is a slip of the pen: refused,
// also where no decision was asked for.
//
// RUN: %versions
// RUN: %exits 4 %diff --new-variable=cuont 2>&1 | FileCheck --check-prefix=VARIABLE %s
// RUN: %exits 4 %diff --keep-value=%s 2>&1 | FileCheck --check-prefix=VALUE %s
// RUN: %exits 4 %diff --keep-removed=gone 2>&1 | FileCheck --check-prefix=REMOVED %s
// RUN: %exits 4 %diff --new-constant=limits 2>&1 | FileCheck --check-prefix=CONSTANT %s
// RUN: %diff --new-variable=count '--keep-value=%s;step' --keep-removed=use | FileCheck --check-prefix=KNOWN %s
//
// VARIABLE: --new-variable=cuont: neither program has anything of that name; what is internal to a file is called 'FILE;NAME', in quotes
// VALUE: --keep-value={{.*}}.c: neither program
// REMOVED: --keep-removed=gone: neither program
// CONSTANT: --new-constant=limits: neither program
// KNOWN: can be applied live
int count;
static int step = 1;
__attribute__((noinline)) int use(int x) {
#ifdef NEW
  step += x;
#endif
  return count += x + step++;
}
int main(int argc, char **argv) {
  use(argc);
  return use(argc);
}
