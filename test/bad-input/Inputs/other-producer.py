#===- other-producer.py - a program file of another compiler ----------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# other-producer.py IN OUT: the program file IN, in which the module of the whole
# program says that another compiler made it.
#
#===-------------------------------------------------------------------------===#
import os
import re
import subprocess
import sys


def run(*command, **options):
    return subprocess.run(command, check=True, **options)


source, target = sys.argv[1:]
whole, text = target + ".whole", target + ".ll"
run("llvm-modextract", "-b", "-n=0", "-o", whole, source)
run("llvm-dis", whole, "-o", text)
with open(text) as file:
    module = file.read()
program = re.search(r"!dsu\.program = !\{(.*?)\}", module).group(1)
changed = module
for number in re.findall(r"!\d+", program):
    changed = re.sub(rf"^({number} = .*version )\d+\.", r"\g<1>12.", changed,
                     flags=re.M)
if changed == module:
    sys.exit("other-producer.py: no producer found")
with open(text, "w") as file:
    file.write(changed)
run("llvm-as", text, "-o", target)
seal = os.path.join(os.path.dirname(__file__), "seal.py")
run(sys.executable, "-B", seal, target)
