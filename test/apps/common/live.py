"""live - a throw-away server under load, which is updated while it runs.

Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

The load client compares every byte of every reply; here its count of failures is
read around each update, and once more when it has swept over all its keys at the
end.  A server that dies, or ends badly, is an error whatever the counts say.
"""
import json
import os
import pathlib
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time

from chain import APPS, BUILD

LOADS = pathlib.Path(os.environ.get("DSU_LOAD_DIR", BUILD / "test" / "apps"))


def free_port():
    """A port that is free together with the next one."""
    while True:
        port = random.randrange(26000, 27000)
        try:
            for offset in 0, 1:
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            pass


class Refused(Exception):
    """What dsuctl replied."""


class Server:
    def __init__(self, name, program, *options):
        self.name = name
        self.directory = tempfile.TemporaryDirectory(prefix="dsu-live.")
        self.port = free_port()
        self.log = open(os.path.join(self.directory.name, "log"), "w+")
        self.process = subprocess.Popen(
            [str(word) for word in self.command(program, *options)],
            stdout=self.log,
            stderr=self.log,
            env=dict(os.environ, TMPDIR=self.directory.name),
        )

    def command(self, program, *options):
        return [APPS / self.name / "serve", program, self.port, *options]

    def __enter__(self):
        ready = [APPS / self.name / "wait-ready", str(self.port)]
        if subprocess.run(ready).returncode != 0:
            self.fail("did not start")
        return self

    def __exit__(self, kind, *_):
        alive = self.process.poll() is None
        self.process.terminate()
        status = self.process.wait()
        if kind is None and not (alive and status == 0):
            self.fail(f"ended with status {status}")
        self.directory.cleanup()

    def fail(self, text):
        self.process.kill()
        self.log.seek(0)
        tail = "".join(self.log.readlines()[-20:])
        sys.exit(f"error: {self.name} {text}:\n{tail}")

    def dsuctl(self, command, *words):
        words = [BUILD / "bin" / "dsuctl", command, "--json", *words]
        done = subprocess.run([str(w) for w in words], capture_output=True, text=True)
        try:
            reply = json.loads(done.stdout)
        except ValueError:
            sys.exit(f"error: dsuctl {command}: {done.stdout}{done.stderr}")
        if done.returncode != 0:
            raise Refused(json.dumps(reply))
        return reply

    def apply(self, patch):
        return self.dsuctl("apply", "--timeout=60s", self.process.pid, patch)

    def revert(self):
        return self.dsuctl("revert", "--timeout=60s", self.process.pid)


class Load:
    """Clients of a server, from here to `finish`."""

    def __init__(self, server, *options, port=None):
        self.progress_file = os.path.join(server.directory.name, f"progress-{id(self)}")
        command = [LOADS / f"{server.name}-load", f"--port={port or server.port}"]
        command += [f"--progress={self.progress_file}", "--progress-ms=20", *options]
        self.process = subprocess.Popen(
            [str(word) for word in command],
            stdout=subprocess.PIPE,
            text=True,
        )
        while self.progress() is None and self.process.poll() is None:
            time.sleep(0.02)

    def progress(self):
        """The last line, None if there is none yet."""
        if not os.path.exists(self.progress_file):
            return None
        with open(self.progress_file, "rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - 1000))
            lines = stream.read().split(b"\n")
        return json.loads(lines[-2]) if len(lines) > 1 else None

    def wait_for(self, requests, seconds=120):
        """Until so many more have been answered."""
        end = time.monotonic() + seconds
        goal = self.progress()["requests"] + requests
        while self.progress()["requests"] < goal:
            if self.process.poll() is not None or time.monotonic() > end:
                sys.exit("error: the load does not go on")
            time.sleep(0.02)

    def finish(self):
        self.process.send_signal(signal.SIGTERM)
        text, _ = self.process.communicate()
        if not text:
            sys.exit("error: the load client ended without a word")
        return json.loads(text)


class Loads:
    """Several of them, counted as one."""

    def __init__(self, *loads):
        self.loads = loads

    def failures(self):
        counts = [load.progress() for load in self.loads]
        return sum(count["failed"] + count["dropped"] for count in counts)

    def wait_for(self, requests):
        for load in self.loads:
            load.wait_for(requests)

    def finish(self):
        results = [load.finish() for load in self.loads]
        fields = ("requests", "failed", "dropped", "swept")
        total = {field: sum(result[field] for result in results) for field in fields}
        return dict(total, max_us=max(result["max_us"] for result in results))
