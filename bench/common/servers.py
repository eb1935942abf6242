#===- servers.py - real servers, built and run for a benchmark ----------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A thin layer over test/apps, which knows how to get, build and start the
# servers.  A server is a context manager: at its end the process is gone, and
# one that died before that is an error, whatever the figures say.
#
#===-------------------------------------------------------------------------===#
import json
import os
import pathlib
import random
import re
import socket
import subprocess
import sys

import setting

PROGRAM = {"memcached": "memcached", "redis": "src/redis-server"}
NAMES = tuple(PROGRAM)


def build(name, variant, version="upstream"):
    """The server's program; made at the first time only, in the place where the
    tests make and find it, too."""
    tree = setting.LOAD / "builds" / f"{name}-{variant}-{version}"
    setting.run(setting.APPS / name / "build", variant, version, tree)
    return tree / PROGRAM[name]


def preload():
    """A library that makes runs of a server alike; see steady.c."""
    library = setting.WORK / "steady.so"
    source = setting.BENCH / "common" / "steady.c"
    if not library.exists() or library.stat().st_mtime < source.stat().st_mtime:
        setting.run(setting.clang(), "-O2", "-shared", "-fPIC", source, "-o", library)
    return library


def stripped(program):
    """A copy without debug information, which valgrind cannot read."""
    copy = pathlib.Path(f"{program}.stripped")
    setting.run(setting.LLVM_BIN / "llvm-strip", "--strip-debug", program, "-o", copy)
    return copy


def free_port():
    """A port that is free together with the next one."""
    while True:
        port = random.randrange(25000, 26000)
        try:
            for offset in (0, 1):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            pass


def on_core(core):
    """For preexec_fn: binds the process to a core if there is more than one."""

    def bind():
        allowed = sorted(os.sched_getaffinity(0))
        if core is not None and len(allowed) > 1:
            os.sched_setaffinity(0, {allowed[core]})

    return bind


class Server:
    """A running server."""

    def __init__(self, name, program, options=(), core=None, wrapper=(), **variables):
        self.name = name
        self.port = free_port()
        self.log = setting.WORK / f"{name}-{self.port}.log"
        # The start script ends in exec, so the process is the server's.
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                self.command(program, options, wrapper),
                stdout=log,
                stderr=log,
                preexec_fn=on_core(core),
                env=setting.environment(**variables),
            )
        self.pid = self.process.pid

    def command(self, program, options, wrapper):
        if not wrapper:
            serve = setting.APPS / self.name / "serve"
            return [str(word) for word in (serve, program, self.port, *options)]
        listen = {
            "memcached": ["-p", self.port, "-l", "127.0.0.1", "-U", "0", "-u", "root"],
            "redis": ["--port", self.port, "--bind", "127.0.0.1", "--save", ""],
        }
        return [str(word) for word in (*wrapper, program, *listen[self.name], *options)]

    def __enter__(self):
        if self.process.poll() is None and self.wait_ready():
            return self
        self.stop()
        sys.exit(f"bench: error: {self.name} did not start:\n{self.log.read_text()[-2000:]}")

    def wait_ready(self):
        request = {"memcached": b"version\r\n", "redis": b"PING\r\n"}[self.name]
        for _ in range(600):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 60) as probe:
                    probe.sendall(request)
                    return bool(probe.recv(100))
            except OSError:
                if self.process.poll() is not None:
                    return False
                try:
                    self.process.wait(0.05)
                except subprocess.TimeoutExpired:
                    pass
        return False

    def __exit__(self, *exception):
        alive = self.process.poll() is None
        self.stop()
        if not alive and not exception[0]:
            sys.exit(f"bench: error: {self.name} died:\n{self.log.read_text()[-2000:]}")
        self.log.unlink()

    def stop(self):
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait()

    def cpu_seconds(self):
        """Processor time of all threads, exact to the nanosecond, as the
        scheduler counts it.  Those of ended threads are not in it."""
        total = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/schedstat") as stat:
                total += int(stat.read().split()[0])
        return total / 1e9

    def memory(self):
        return memory(self.pid)


def memory(pid):
    """Resident memory in KiB (all, and what no other process shares), number
    of mappings and of descriptors."""
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        values = dict(re.findall(r"^(\w+): +(\d+) kB", rollup.read(), re.MULTILINE))
    with open(f"/proc/{pid}/maps") as maps:
        count = sum(1 for _ in maps)
    return {
        "rss": int(values["Rss"]),
        "private": int(values["Private_Dirty"]) + int(values["Private_Clean"]),
        "maps": count,
        "fds": len(os.listdir(f"/proc/{pid}/fd")),
    }


class Load:
    """The checking load client of test/apps, running beside the benchmark."""

    def __init__(self, server, *options, core=None, preload=""):
        command = [setting.LOAD / f"{server.name}-load", f"--port={server.port}", *options]
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=on_core(core),
            env=dict(os.environ, LD_PRELOAD=str(preload)),
        )

    def result(self, stop=False):
        """Its counts; with `stop` it is asked to come to its end first."""
        if stop:
            self.process.terminate()
        output, errors = self.process.communicate()
        if not output:
            sys.exit(f"bench: error: the load client failed:\n{errors}")
        return json.loads(output)


def require_clean(result):
    """Figures of a run in which a request failed would be worth nothing."""
    if result["failed"] or result["dropped"]:
        sys.exit(f"bench: error: the server made mistakes: {result}")
    return result
