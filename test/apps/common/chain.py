"""chain - the patches that lead a server from one security fix to the next.

Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

The distribution's fixes are applied to one source tree, one after the other; each
time the server is built again (only what has changed is compiled) and dsu-diff
makes the patch that leads to it from the program before.  A fix that dsu-diff
refuses is left out: it is taken out of the tree again, and the chain goes on
without it, so that all the others can be stacked on one running server.

Programs and patches are kept, each under the hash of what it was made from.
"""
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys

APPS = pathlib.Path(__file__).resolve().parent.parent
BUILD = pathlib.Path(os.environ.get("DSU_BUILD", APPS.parent.parent / "build")).resolve()
PROGRAM = {"memcached": "memcached", "redis": "src/redis-server"}
APPLICABLE, NOTHING, DECISION, REFUSED = range(4)


def say(text):
    print(f"{pathlib.Path(sys.argv[0]).name}: {text}", file=sys.stderr, flush=True)


def output(*command):
    words = [str(word) for word in command]
    done = subprocess.run(
        words, stdout=subprocess.PIPE, text=True, env=dict(os.environ, DSU_BUILD=str(BUILD))
    )
    if done.returncode != 0:
        sys.exit(f"error: status {done.returncode} of: {' '.join(words)}")
    return done.stdout


def hash_of(*files):
    total = hashlib.sha256()
    for file in files:
        with open(file, "rb") as stream:
            total.update(hashlib.file_digest(stream, "sha256").digest())
    return total.hexdigest()


class Step:
    """From one program to the next: a fix, and what dsu-diff says about it."""

    def __init__(self, fix, patch, report):
        self.fix, self.patch, self.report = fix, patch, report
        self.status = report["exit_status"]

    def count(self, form):
        """How many functions changed in source, or are replaced or added."""
        if form != "source":
            return self.report[form]
        changes = ("changed", "added", "removed")
        return sum(function["source"] in changes for function in self.report["functions"])

    def objections(self):
        return [f for f in self.report["findings"] if f["severity"] in ("refusal", "decision")]


class Chain:
    def __init__(self, server, directory=None):
        self.server = server
        self.builds = BUILD / "test" / "apps" / "builds"
        self.work = pathlib.Path(directory or self.builds / f"{server}-security")
        self.work.mkdir(parents=True, exist_ok=True)
        self.source = pathlib.Path(output(APPS / "fetch", server).strip())

    def fixes(self):
        """The names of the distribution's security patches, in order."""
        script = 'source "$1" && security_patches "$2"'
        lines = output("bash", "-c", script, "bash", APPS / "common" / "lib.sh", self.source)
        return lines.split()

    def program(self, label, fixes):
        """The program with these fixes.  Without any it is there to be run; of the
        others only the program files are wanted, and made."""
        version = ",".join(fixes) or "upstream"
        mode = "--program-file" if fixes else "--again"
        kept = self.work / label
        program = kept / pathlib.Path(PROGRAM[self.server]).name
        tree = self.builds / f"{self.server}-chain"
        key = self.key(fixes)
        if not (kept / "key").exists() or (kept / "key").read_text() != key:
            say(f"building {label}")
            output(APPS / self.server / "build", mode, "dsu", version, tree)
            shutil.rmtree(kept, ignore_errors=True)
            kept.mkdir()
            made = tree / PROGRAM[self.server]
            if not fixes:
                shutil.copy2(made, program)
            shutil.copy2(f"{made}.dsu.bc", f"{program}.dsu.bc")
            (kept / "key").write_text(key)
        return program

    def key(self, fixes):
        """What a program is made from."""
        tools = ["bin/dsu-cc", "lib/DSUPass.so", "lib/libdsu_rt.a", "lib/dsu_rt.syms"]
        patches = [self.source / "debian" / "patches" / fix for fix in fixes]
        return hash_of(*(BUILD / tool for tool in tools), *patches)

    def patch(self, label, fix, old, new):
        """The patch from program file to program file, and dsu-diff's report."""
        patch = self.work / f"{label}.dsu.so"
        record = self.work / f"{label}.json"
        differ = BUILD / "bin" / "dsu-diff"
        key = hash_of(differ, old, new)
        if record.exists():
            kept = json.loads(record.read_text())
            if kept["key"] == key:
                return Step(fix, patch, kept["report"])
        say(f"dsu-diff {label}")
        done = subprocess.run(
            [differ, old, new, "-o", patch, "--report=json"], stdout=subprocess.PIPE, text=True
        )
        if done.returncode not in (APPLICABLE, NOTHING, DECISION, REFUSED):
            sys.exit(f"error: dsu-diff ended with status {done.returncode} at {label}")
        report = json.loads(done.stdout)
        record.write_text(json.dumps({"key": key, "report": report}))
        return Step(fix, patch, report)

    def make(self):
        """All steps, those that are left out too, and the patch that makes all
        of the others at once."""
        fixes = self.fixes()
        base = self.program("00-upstream", [])
        program_file = pathlib.Path(f"{base}.dsu.bc")
        taken, steps, newest = [], [], program_file
        for number, fix in enumerate(fixes, 1):
            label = f"{number:02}-{fix.removesuffix('.patch')}"
            new = pathlib.Path(f"{self.program(label, taken + [fix])}.dsu.bc")
            step = self.patch(label, fix, program_file, new)
            steps.append(step)
            if step.status in (APPLICABLE, NOTHING):
                taken.append(fix)
                newest = new
            if step.status == APPLICABLE:
                program_file = step.patch.with_suffix(".bc")
        whole = self.patch("all", "all", f"{base}.dsu.bc", newest)
        return base, steps, whole
