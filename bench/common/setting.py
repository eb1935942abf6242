#===- setting.py - where things are, and how programs are made --------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What every benchmark needs to know about the place in which it runs: the
# toolchain under test (DSU_BUILD), the LLVM it belongs to (DSU_LLVM), the
# directory for what the benchmarks build, and whether a quick run was asked
# for.  "Plain" is always the same clang with -O2 -flto and lld; "dsu" is dsu-cc
# with -O2.
#
#===-------------------------------------------------------------------------===#
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "bench"
APPS = ROOT / "test" / "apps"
BUILD = pathlib.Path(os.environ.get("DSU_BUILD") or ROOT / "build").resolve()
LLVM = os.environ.get("DSU_LLVM") or "19"
LLVM_BIN = pathlib.Path(f"/usr/lib/llvm-{LLVM}/bin")
BIN = BUILD / "bin"
WORK = BUILD / "bench"
LOAD = BUILD / "test" / "apps"

VARIANTS = ("plain", "dsu")


def say(*words):
    """Progress, for the one who waits."""
    print("bench:", *words, file=sys.stderr, flush=True)


def require_toolchain():
    needed = [BIN / name for name in ("dsu-cc", "dsu-diff", "dsuctl")]
    needed += [LOAD / f"{server}-load" for server in ("memcached", "redis")]
    for path in needed:
        if not path.exists():
            sys.exit(f"bench: error: {path} is missing: run tools/dev build, or set DSU_BUILD")
    WORK.mkdir(parents=True, exist_ok=True)


def environment(**more):
    """That of the tools; the parent's settings of other builds do not count."""
    result = dict(os.environ, DSU_BUILD=str(BUILD), DSU_LLVM=LLVM)
    for name in ("DSU_PROGRAM_OUT", "DSU_OPTIONS", "DSU_ROOT"):
        result.pop(name, None)
    result.update(more)
    return result


def run(*command, **options):
    """Runs a command; its failure ends the benchmark with its output."""
    command = [str(word) for word in command]
    done = subprocess.run(
        command, text=True, capture_output=True, env=options.pop("env", environment()), **options
    )
    if done.returncode != 0:
        sys.exit(
            f"bench: error: {' '.join(command)} ended with status {done.returncode}:\n"
            f"{(done.stdout + done.stderr)[-4000:]}"
        )
    return done.stdout


def clang():
    return str(LLVM_BIN / "clang")


def compile_program(variant, sources, output, *flags, root=""):
    """Builds one of the benchmarks' own programs; returns its path.  `root` is
    what the paths of its sources are taken relative to."""
    output = pathlib.Path(output)
    output.parent.mkdir(parents=True, exist_ok=True)
    common = ["-O2", "-g", "-std=gnu11", "-Wall", "-Wextra", "-pthread", *flags]
    if variant == "dsu":
        command = [BIN / "dsu-cc", *common]
    else:
        command = [clang(), *common, "-flto", "-fuse-ld=lld", f"--ld-path={LLVM_BIN}/ld.lld"]
    run(*command, *sources, "-o", output, env=environment(DSU_ROOT=str(root)))
    return output


def make_patch(old, new, output):
    """The patch from one program to another, both with their .dsu.bc beside."""
    diff_status = subprocess.run(
        [BIN / "dsu-diff", f"{old}.dsu.bc", f"{new}.dsu.bc", "-o", output],
        text=True,
        capture_output=True,
        env=environment(),
    )
    if diff_status.returncode != 0:
        sys.exit(
            f"bench: error: dsu-diff {old} {new} ended with status {diff_status.returncode}:\n"
            f"{(diff_status.stdout + diff_status.stderr)[-4000:]}"
        )
    return output


def fresh_directory(name):
    path = WORK / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    return path
