#!/usr/bin/env python3
# tour.py - takes the tour of the README, as a newcomer would.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# tour.py README.md DIRECTORY
#
# Runs the commands of the section "Five minutes" in DIRECTORY and compares what
# they print with what the README says.  Numbers (but for that of the ABI) and
# versions may differ, and where a thread's stack leads to; a line "..." stands for anything.  What is read
# from the running program's log is read again until it is as it should be.
import re
import subprocess
import sys
import time

PATIENCE = 60  # seconds


def code_lines(path):
    """The lines of indented code in the section; None where a block ends."""
    section = re.search(r"^## Five minutes$(.*?)^## ", open(path).read(), re.M | re.S)[1]
    for line in section.splitlines():
        yield line[4:] if line.startswith("    ") else None if line else ""


def read_tour(path):
    """(command, lines that it prints) in the README's order."""
    steps, document, inside = [], False, False
    for line in code_lines(path):
        if line is None:
            inside = False
        elif document:
            steps[-1][0] += "\n" + line
            document = line != "END"
        elif line.startswith("$ "):
            steps.append([line[2:], []])
            document, inside = "<<'END'" in line, True
        elif inside:
            steps[-1][1].append(line)
    return [(command, trimmed(printed)) for command, printed in steps]


def trimmed(lines):
    """Without empty lines at the end."""
    while lines and not lines[-1]:
        lines.pop()
    return lines


def plain(text):
    """What has to be the same in every run."""
    text = re.sub(r"(waits|runs):? .*|log: .*", r"\1", text)
    text = re.sub(r"\b[0-9a-f]{16}\b", "ID", text)
    text = re.sub(r"from /.*/", "from /", text)  # where the reader works
    return re.sub(r"(?<!ABI version )\d+(\.\d+)?", "N", text).rstrip()


def agree(expected, printed):
    for want, got in zip(expected, printed + [None]):
        if want == "...":
            return True
        if got is None or plain(want) != plain(got):
            return False
    return len(expected) == len(printed)


class Tour:
    def __init__(self, directory):
        self.directory = directory
        self.server = None

    def run(self, command, expected):
        if re.match(r"export |cd |mkdir ", command):
            return True
        if command.endswith("&"):
            self.server = subprocess.Popen(
                ["bash", "-c", "exec " + command[:-1]], cwd=self.directory
            )
            return True
        if self.server:
            command = command.replace("$!", str(self.server.pid))
        until = time.monotonic() + PATIENCE
        while True:
            done = subprocess.run(
                ["bash", "-c", command],
                cwd=self.directory,
                text=True,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            if agree(expected, trimmed(done.stdout.splitlines())):
                return True
            if not command.startswith("tail ") or time.monotonic() > until:
                print(f"$ {command}\n{done.stdout}--- the README says:")
                print("\n".join(expected))
                return False
            time.sleep(0.1)


tour = Tour(sys.argv[2])
try:
    steps = read_tour(sys.argv[1])
    right = [tour.run(command, expected) for command, expected in steps]
finally:
    if tour.server:
        tour.server.kill()
print(f"{sum(right)} of {len(steps)} commands as the README says")
sys.exit(not all(right) or len(steps) < 10)
