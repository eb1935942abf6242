// Inline assembly may name functions: as an operand, by their symbol, and at
// module level.  It reaches the wrapper.
//
// RUN: %same-as-plain %s
#include <stdio.h>

__attribute__((noinline, used)) static int operand(void) { return 4; }
__attribute__((noinline, used)) int symbol(void) { return 5; }
__asm__(".text\n.globl module_level\n.type module_level, @function\n"
        "module_level:\n\tjmp symbol\n");
int module_level(void);

int main(void) {
  int (*address)(void);
  __asm__("leaq %P1(%%rip), %0" : "=r"(address) : "i"(operand));
  printf("%d %d %d\n", address(), address == operand, module_level());
  return 0;
}
