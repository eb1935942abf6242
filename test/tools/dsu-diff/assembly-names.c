// Changed code with assembly that names a function of the program: in the patch the
// name would mean the patch's own body, which later patches do not replace.  What
// is given as an operand, a library's function, and an instruction of a function's
// name are fine.
//
// RUN: dsu-cc -O2 -g -DASM='"call shown"' %s -o %t.old
// RUN: dsu-cc -O2 -g -DASM='"call shown"' -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck %s
// RUN: dsu-cc -O2 -g -DASM='"lock; 1: addl $1, hits(%%%%rip)"' %s -o %t.old
// RUN: dsu-cc -O2 -g -DASM='"lock; 1: addl $1, hits(%%%%rip)"' -DNEW %s -o %t.new
// RUN: %exits 3 %diff | FileCheck --check-prefix=VARIABLE %s
// RUN: dsu-cc -O2 -g -DASM='"pause; call abort@plt; call *%0"' %s -o %t.old
// RUN: dsu-cc -O2 -g -DASM='"pause; call abort@plt; call *%0"' -DNEW %s -o %t.new
// RUN: %diff -o %t.so | FileCheck --check-prefix=FINE %s
//
// CHECK:    'changes' changes, and has assembly that names 'shown', which lies in the running program
// CHECK:    => give it to the assembly as an operand
// VARIABLE: has assembly that names 'hits'
// FINE:     can be applied live
__attribute__((used)) int hits;
__attribute__((used, noinline)) int shown(void) { return hits; }
__attribute__((used, noinline)) void pause(void) { ++hits; }
void abort(void);

__attribute__((noinline)) int changes(int x) {
  __asm__ volatile(ASM : : "r"(shown), "r"(abort) : "memory", "rax");
#ifdef NEW
  x += 3;
#endif
  return x;
}

int main(int argc, char **argv) {
  if (argc > 9)
    pause();
  return changes(argc);
}
