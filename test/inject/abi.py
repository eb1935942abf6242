# ===- abi.py - dsu_abi.def for the tests' drivers ---------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The one definition of the ABI, read by the drivers as it stands: reasons by
# number, constants, and the structs of an image's tables.
#
# ===----------------------------------------------------------------------===#

import pathlib
import re
import struct

_SIZES = {"U32": ("I", 4), "U64": ("Q", 8), "REL": ("i", 4), "PTR": ("Q", 8), "ID": ("32s", 32)}
_TEXT = (pathlib.Path(__file__).parents[2] / "rt/include/dsu/dsu_abi.def").read_text()

REASONS = re.findall(r"^DSU_REASON\((\w+),", _TEXT, re.M)
CONSTANTS = {n: int(v, 0) for n, v in re.findall(r"^DSU_CONST\((\w+), (\w+)\)", _TEXT, re.M)}
STRINGS = dict(re.findall(r'^DSU_STRING\((\w+), "([^"]*)"\)', _TEXT, re.M))


class Struct:
    """One struct of the ABI: fields with their offsets."""

    def __init__(self, name):
        body = re.search(rf"DSU_STRUCT_BEGIN\({name}\)(.*?)DSU_STRUCT_END", _TEXT, re.S)
        self.fields, self.size = {}, 0
        for kind, field in re.findall(r"DSU_FIELD\((\w+), (\w+)\)", body.group(1)):
            code, size = _SIZES[kind]
            self.fields[field] = (self.size, kind, code)
            self.size += size

    def read(self, memory, address):
        """The fields at an address; a REL field as the address it leads to."""
        values = {}
        for field, (offset, kind, code) in self.fields.items():
            (value,) = struct.unpack("<" + code, memory.bytes(address + offset, struct.calcsize(code)))
            if kind == "REL":
                value = address + offset + value if value else 0
            values[field] = value
        return values


def reason_name(number):
    return REASONS[number] if number < len(REASONS) else f"reason {number}"
