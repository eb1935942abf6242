#===- own-code.py - how much of its code a process has for itself -----------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# own-code.py PID PROGRAM says how many pages of the program's code were written
# to, so that they are no longer the file's.
#
#===-------------------------------------------------------------------------===#
import os
import sys

pid, program = sys.argv[1:]
inode, own, code = str(os.stat(program).st_ino), None, False
with open(f"/proc/{pid}/smaps") as file:
    for words in map(str.split, file):
        if not words[0].endswith(":"):
            code = words[4] == inode and "x" in words[1]
        elif code and words[0] == "Anonymous:":
            own = (own or 0) + int(words[1])
print(f"{own} KiB of code are its own" if own else
      "no code" if own is None else "no page of code is its own")
