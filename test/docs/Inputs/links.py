#!/usr/bin/env python3
# links.py - finds links between documents that lead nowhere.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# links.py FILE.md...: prints each relative link to a file that does not exist.
import os
import re
import sys

lost = []
for path in sys.argv[1:]:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", open(path).read()):
        if not os.path.exists(os.path.join(os.path.dirname(path), target)):
            lost.append(f"{os.path.basename(path)}: {target}")
print("\n".join(lost) or "all there")
sys.exit(bool(lost))
