#===- symbols.py - what the runtime exports, and what it should -------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# symbols.py FILE PREPROCESSED [--dynamic]: compares the symbols of default
# visibility that FILE (the runtime's archive; a program with --dynamic) defines
# with the list in PREPROCESSED (names.c).  In the archive everything else that is
# global has to be hidden and to begin with dsu_.
#
#===-------------------------------------------------------------------------===#
import re
import subprocess
import sys

path, preprocessed = sys.argv[1:3]
dynamic = "--dynamic" in sys.argv
expected = set(re.findall(r"exported +(\w+)", open(preprocessed).read()))
table = subprocess.run(
    ["llvm-readelf", "--wide", "--dyn-symbols" if dynamic else "--symbols", path],
    capture_output=True, text=True, check=True).stdout
exported, problems = set(), []
for line in table.splitlines():
    words = line.split()
    if len(words) != 8 or not re.fullmatch(r"\d+:", words[0]):
        continue
    binding, visibility, section, name = words[4:8]
    if binding == "LOCAL" or section == "UND":
        continue
    if visibility in ("DEFAULT", "PROTECTED"):
        exported.add(name.partition("@")[0])
    elif not name.startswith("dsu_"):
        problems.append(f"hidden, and not called dsu_*: {name}")
problems += [f"exported, and in no list: {name}"
             for name in sorted(exported - expected)]
problems += [f"in the list, and not exported: {name}"
             for name in sorted(expected - exported)]
print("\n".join(problems) if problems else
      f"exactly the {len(expected)} symbols of the lists")
