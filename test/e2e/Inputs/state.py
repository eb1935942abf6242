#===- state.py - what an attempt must leave as it was -----------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# of(pid, program) reads, from outside, what a refused update must not touch:
# every global of the program and its slots (by /proc/PID/mem; the symbol table
# says which belong to the program and not to the runtime linked into it), all
# mappings with their addresses and protection, all descriptors with what they
# are open on, and the threads.  compare() names the differences; what libc keeps
# for the next thread (an arena, a stack) appears with the first attempt, so
# strictness about anonymous memory can be asked for from the second one on.
#
# By itself:  state.py PID PROGRAM  prints one line per item.
#
#===-------------------------------------------------------------------------===#
import hashlib
import os
import re
import subprocess
import sys
import time

AGENT = "dsu-agent"
PATIENCE = 10.0


def symbols(program):
    """(name, address, size) of the program's own variables, slots included."""
    table = subprocess.run(
        ["llvm-readelf", "--symbols", "--wide", program],
        capture_output=True, text=True, check=True).stdout
    owner, found = "", []
    for line in table.splitlines():
        words = line.split()
        if len(words) < 8 or not words[0].rstrip(":").isdigit():
            continue
        _, address, size, kind, binding, _, section, name = words[:8]
        if kind == "FILE":
            owner = name
        elif kind == "OBJECT" and section.isdigit() and int(size, 0):
            if binding == "LOCAL" and owner != "ld-temp.o":
                continue
            if name == "__dsu_slots" or not re.match("_?_?dsu_", name):
                found.append((name, int(address, 16), int(size, 0)))
    return sorted(set(found))


def mappings(pid):
    """What lies side by side and is one thing is one line: that the kernel keeps
    parts of it apart, since pages were made private, nobody else can see."""
    lines, end = [], None
    with open(f"/proc/{pid}/maps") as file:
        for words in map(str.split, file):
            low, high = (int(word, 16) for word in words[0].split("-"))
            follows = low, words[1], int(words[2], 16), words[3:]
            if words[4] != "0" and follows == end:
                first = lines[-1].split(maxsplit=1)
                lines[-1] = f"{first[0].split('-')[0]}-{high:x} {first[1]}"
            else:
                lines.append(" ".join(words))
            end = high, words[1], int(words[2], 16) + high - low, words[3:]
    return lines


def load_address(pid, program):
    inode = os.stat(program).st_ino
    for line in mappings(pid):
        fields = line.split()
        if fields[4] == str(inode) and fields[2] == "00000000":
            return int(line.split("-")[0], 16)
    return 0


def variables(pid, program):
    base = load_address(pid, program)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        result = {}
        for name, address, size in symbols(program):
            memory.seek(base + address)
            digest = hashlib.sha256(memory.read(size)).hexdigest()[:16]
            result[f"global {name} at {address:x}"] = digest
        return result


def descriptors(pid):
    directory = f"/proc/{pid}/fd"
    result = {}
    for number in os.listdir(directory):
        try:
            result[f"descriptor {number}"] = os.readlink(f"{directory}/{number}")
        except FileNotFoundError:
            pass
    return result


def threads(pid):
    result = {}
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{tid}/comm") as file:
                result[f"thread {tid}"] = file.read().strip()
        except (FileNotFoundError, ProcessLookupError):
            pass
    return result


def settle(pid):
    """The agent answers before it ends; wait until it has ended."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not any(name.startswith(AGENT) for name in threads(pid).values()):
            return
        time.sleep(0.002)
    sys.exit("state.py: the agent does not end")


def of(pid, program):
    # The first request makes what later ones reuse (the agent's stack).
    subprocess.run(["dsuctl", "status", str(pid)], stdout=subprocess.DEVNULL)
    settle(pid)
    result = {f"mapping {line.split()[0]}": line for line in mappings(pid)
              if not line.endswith("[stack]")}
    for part in (variables(pid, program), descriptors(pid), threads(pid)):
        result.update(part)
    return result


def is_anonymous(key, *values):
    return key.startswith("mapping ") and all(
        value is None or value.endswith(" 00:00 0") for value in values)


def compare(before, after, strict):
    keys = sorted(before.keys() | after.keys())
    pairs = [(key, before.get(key), after.get(key)) for key in keys]
    return [f"{key}: {old} -> {new}" for key, old, new in pairs if old != new
            and (strict or not is_anonymous(key, old, new))]


if __name__ == "__main__":
    for item, value in of(int(sys.argv[1]), sys.argv[2]).items():
        print(item, value)
