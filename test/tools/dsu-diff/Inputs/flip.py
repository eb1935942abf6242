#===- flip.py - copies of a file with one bit flipped -----------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# flip.py FILE PLACE...: for the i-th PLACE, a byte's number or N% of the file,
# flippedI.bc is FILE with another bit there.
#
#===-------------------------------------------------------------------------===#
import sys

with open(sys.argv[1], "rb") as file:
    whole = file.read()
for i, place in enumerate(sys.argv[2:]):
    percent = place.endswith("%")
    at = (len(whole) - 1) * int(place[:-1]) // 100 if percent else int(place)
    damaged = bytearray(whole)
    damaged[at] ^= 1 << i % 8
    with open(f"flipped{i}.bc", "wb") as file:
        file.write(damaged)
