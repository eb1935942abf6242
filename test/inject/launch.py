# ===- launch.py - one run of a program under the harness ---------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===----------------------------------------------------------------------===#

import ctypes
import os
import pathlib
import subprocess
import sys

ADDR_NO_RANDOMIZE = 0x0040000
HARNESS_FAILED = {96, 97, 98}  # exit statuses of the library itself


def no_randomization():
    """The same addresses in each run, so that a failure can be repeated."""
    ctypes.CDLL(None).personality(ADDR_NO_RANDOMIZE)


class Run:
    """One run to the end; output goes to files.  `injection` holds what the
    library reads from the environment (inject.c), None leaves it out."""

    def __init__(self, command, out, *, library=None, injection=None, stdin=os.devnull, seconds=None):
        self.out, self.err = pathlib.Path(f"{out}.out"), pathlib.Path(f"{out}.err")
        env = dict(os.environ)
        if injection is not None:
            env["LD_PRELOAD"] = str(pathlib.Path(library).resolve())
            env.update({f"DSU_INJECT_{k.upper()}": str(v) for k, v in injection.items()})
        with open(stdin, "rb") as i, open(self.out, "wb") as o, open(self.err, "wb") as e:
            child = subprocess.Popen(command, stdin=i, stdout=o, stderr=e, env=env,
                                     preexec_fn=no_randomization)
            try:
                self.status = child.wait(seconds)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                self.status = "timeout"
        if injection is not None and self.status in HARNESS_FAILED:
            sys.exit(f"the harness failed:\n{self.err.read_text(errors='replace')}")
