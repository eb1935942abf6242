# ===- points.py - where a program can be interrupted ------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The program's own code is what its tables name: the bodies of its updatable
# functions and their stable wrappers.  Disassembled, it gives the list that
# the preloaded library makes breakpoints of (points.c).
#
# ===----------------------------------------------------------------------===#

import bisect
import re
import struct
import subprocess

import abi


class Elf:
    """Sections of an ELF file, and its memory as it is before relocation."""

    def __init__(self, path):
        self.data = open(path, "rb").read()
        if self.data[:4] != b"\x7fELF":
            raise SystemExit(f"{path}: no ELF file")
        (table,) = struct.unpack_from("<Q", self.data, 0x28)
        size, count, names = struct.unpack_from("<HHH", self.data, 0x3A)
        headers = [struct.unpack_from("<IIQQQQ", self.data, table + i * size) for i in range(count)]
        self.sections = {self._text(headers[names][4] + h[0]): h for h in headers}
        self.mapped = [h for h in headers if h[3] and h[1] != 8]

    def _text(self, at):
        return self.data[at : self.data.index(b"\0", at)].decode()

    def bytes(self, address, size):
        for _, _, _, start, offset, length in self.mapped:
            if start <= address and address + size <= start + length:
                return self.data[offset + address - start :][:size]
        raise SystemExit(f"address {address:x} is in no section")

    def text(self, address):
        for _, _, _, start, offset, length in self.mapped:
            if start <= address < start + length:
                return self._text(offset + address - start)
        raise SystemExit(f"address {address:x} is in no section")


def functions(path):
    """{address: identity} of bodies and wrappers."""
    elf = Elf(path)
    meta = elf.sections.get(abi.STRINGS["DSU_SECTION_META"])
    if not meta:
        raise SystemExit(f"{path}: not built by dsu-cc (no section dsu_meta)")
    image, func = abi.Struct("dsu_image"), abi.Struct("dsu_func")
    magic = struct.pack("<II", abi.CONSTANTS["DSU_IMAGE_MAGIC"], abi.CONSTANTS["DSU_ABI_VERSION"])
    found = {}
    content = elf.bytes(meta[3], meta[5])
    for match in re.finditer(re.escape(magic), content):
        address = meta[3] + match.start()
        if match.start() + image.size > len(content):
            break
        table = image.read(elf, address)
        for i in range(table["func_count"]):
            entry = func.read(elf, table["funcs"] + i * func.size)
            name = elf.text(entry["name"])
            if entry["addr"]:
                found[entry["addr"]] = name + " (wrapper)"
            if entry["body"]:
                found[entry["body"]] = name
    if not found:
        raise SystemExit(f"{path}: no updatable functions")
    return found


class Places:
    """Names for addresses in a program."""

    def __init__(self, path):
        self.functions = functions(path)
        self.starts = sorted(self.functions)

    def where(self, address):
        """function+offset of an address; the function alone at its start."""
        i = bisect.bisect_right(self.starts, address) - 1
        if i < 0 or address - self.starts[i] > 1 << 20:
            return "outside"
        offset = address - self.starts[i]
        return self.functions[self.starts[i]] + (f"+0x{offset:x}" if offset else "")


class Points(Places):
    """The points of a program: (address, kind), and their names."""

    def __init__(self, path, every_instruction=False):
        super().__init__(path)
        self.kinds = {}
        wanted = None
        after_call = False
        dump = subprocess.run(
            ["llvm-objdump", "-d", "--no-show-raw-insn", "--no-leading-headers", path],
            capture_output=True, text=True, check=True).stdout
        for line in dump.splitlines():
            if label := re.match(r"([0-9a-f]+) <.*>:$", line):
                wanted = self.functions.get(int(label[1], 16))
                after_call = False
            elif wanted and (code := re.match(r"\s*([0-9a-f]+):\s+(\S.*)", line)):
                after_call = self._add(int(code[1], 16), code[2], after_call, every_instruction)

    def _add(self, address, code, after_call, every_instruction):
        is_call = re.match(r"(notrack\s+)?(call|jmpq?\s+\*)", code)
        if is_call:
            self.kinds[address] = "c"
        elif address in self.functions:
            self.kinds[address] = "e"
        elif after_call:
            self.kinds[address] = "r"
        elif every_instruction:
            self.kinds[address] = "i"
        return bool(re.match(r"call", code))

    def write(self, path):
        with open(path, "w") as file:
            for address, kind in self.kinds.items():
                file.write(f"{address:x} {kind}\n")


def indirect_calls(path):
    """How many calls go through a slot: the measure that a program is one of ours."""
    dump = subprocess.run(["llvm-objdump", "-d", "--no-show-raw-insn", path],
                          capture_output=True, text=True, check=True).stdout
    elf = Elf(path)
    slots = elf.sections.get(abi.STRINGS["DSU_SECTION_SLOTS"])
    if not slots:
        return 0
    count = 0
    for target in re.findall(r"\(%rip\).*# 0x([0-9a-f]+)", dump):
        count += slots[3] <= int(target, 16) < slots[3] + slots[5]
    return count
