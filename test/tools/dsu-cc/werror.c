// No step of a build with all warnings as errors says anything.
//
// RUN: dsu-cc -Werror -Wall -Wextra -pedantic -O2 -c %s -o %t.o 2>&1 | count 0
// RUN: dsu-cc -Werror -Wall -Wextra -O2 %t.o -o %t 2>&1 | count 0
// RUN: dsu-cc -Werror -Wall -Wextra -O2 %s -o %t 2>&1 | count 0
// RUN: dsu-cc -Werror -fsyntax-only %s 2>&1 | count 0
// RUN: dsu-cc -Werror -E %s -o /dev/null 2>&1 | count 0
// RUN: dsu-cc -Werror -S %s -o /dev/null 2>&1 | count 0
// RUN: dsu-cc -Werror -shared -fPIC %s -o %t.so 2>&1 | count 0
//
// The user's own mistakes still count.
// RUN: not dsu-cc -Werror -c -L/nowhere %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: argument unused during compilation: '-L/nowhere'
int main(void) { return 0; }
