#===- seal.py - make a program file of bitcode ------------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# seal.py FILE...: puts the seal of a program file (passes/ProgramFile.h) before
# the bitcode in each FILE, so that tests reach what is checked after it.
#
#===-------------------------------------------------------------------------===#
import hashlib
import struct
import sys

for name in sys.argv[1:]:
    with open(name, "rb") as file:
        content = file.read()
    seal = struct.pack("<5I", 0x0B17C0DE, 0, 64, len(content), 0)
    seal += b"DSUSHA256" + hashlib.sha256(content).digest()
    with open(name, "wb") as file:
        file.write(seal.ljust(64, b"\0") + content)
