#===- forge.py - damages patches in exact ways ------------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# forge.py HOW IN OUT: writes a copy of the patch IN that is bad in one way.
#
# With a right checksum at its end, so that only the check in question can find it:
#   abi        says that it was made for the next ABI version
#   machine    says that it is for another processor
#   import     names something in place of an import that no program has
# With what damage on the way does:
#   cut=N      only the first N bytes (a negative N counts from the end)
#   flip=N     one bit of byte N is turned over (N in percent of the length)
#
#===-------------------------------------------------------------------------===#
import hashlib
import re
import struct
import subprocess
import sys

MAGIC = b"DSUSHA256"
TRAILER = len(MAGIC) + hashlib.sha256().digest_size
EM_AARCH64 = 183


def readelf(*arguments):
    return subprocess.run(["llvm-readelf", "--wide", *arguments],
                          capture_output=True, text=True, check=True).stdout


def descriptor(path):
    """File offset of the patch's struct dsu_image."""
    symbol = re.search(r"([0-9a-f]{16}).* __dsu_patch$",
                       readelf("--dyn-symbols", path), re.M)
    address = int(symbol.group(1), 16)
    for line in readelf("--segments", path).splitlines():
        words = line.split()
        if words and words[0] == "LOAD":
            offset, start, _, size = (int(word, 16) for word in words[1:5])
            if start <= address < start + size:
                return address - start + offset
    sys.exit("forge.py: no descriptor")


def seal(data):
    body = bytes(data[:-TRAILER])
    return body + MAGIC + hashlib.sha256(body).digest()


def forge(how, path):
    data = bytearray(open(path, "rb").read())
    kind, _, text = how.partition("=")
    if kind == "cut":
        return bytes(data[:int(text)])
    if kind == "flip":
        data[len(data) * int(text) // 100] ^= 0x10
        return bytes(data)
    if kind == "abi":
        at = descriptor(path) + 4
        struct.pack_into("<I", data, at, struct.unpack_from("<I", data, at)[0] + 1)
    elif kind == "machine":
        struct.pack_into("<H", data, 18, EM_AARCH64)
    elif kind == "import":
        at = data.index(b"dsu.slot:") + len(b"dsu.slot:")
        data[at:at + 3] = b"no-"
    else:
        sys.exit(f"forge.py: unknown way '{how}'")
    return seal(data)


with open(sys.argv[3], "wb") as output:
    output.write(forge(sys.argv[1], sys.argv[2]))
