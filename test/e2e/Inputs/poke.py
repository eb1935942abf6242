#===- poke.py - what a debugger does to the code of a process ---------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# poke.py PID PROGRAM FUNCTION BYTE  replaces the first byte of a function by
# /proc/PID/mem, and prints the one that was there (both in hexadecimal).
#
#===-------------------------------------------------------------------------===#
import subprocess
import sys

import state

pid, program, function, byte = sys.argv[1:]
table = subprocess.run(
    ["llvm-readelf", "--symbols", "--wide", program],
    capture_output=True, text=True, check=True).stdout
(offset,) = {words[1] for words in map(str.split, table.splitlines())
             if len(words) == 8 and words[3] == "FUNC" and words[7] == function}
with open(f"/proc/{pid}/mem", "r+b", buffering=0) as memory:
    address = state.load_address(pid, program) + int(offset, 16)
    memory.seek(address)
    before = memory.read(1)
    memory.seek(address)
    memory.write(bytes.fromhex(byte))
print(before.hex())
