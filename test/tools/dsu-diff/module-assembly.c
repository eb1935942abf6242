// Assembly at file scope belongs to no function that could be replaced.
//
// RUN: %versions && %exits 3 %diff | FileCheck %s
//
// CHECK: file-scope assembly differs between the versions
#ifdef NEW
__asm__(".globl answer\nanswer: movl $43, %eax\n ret\n");
#else
__asm__(".globl answer\nanswer: movl $42, %eax\n ret\n");
#endif
int answer(void);
int main(void) { return answer(); }
