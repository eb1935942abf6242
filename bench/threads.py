#===- threads.py - how long an update takes by number of threads ----------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Two extremes (update/threads.c).  Idle threads are in windows: their stacks are
# read without waking them.  Busy threads are stopped by a signal, which each
# takes when the kernel gives it a core; with more threads than cores the
# scheduler decides how long that lasts.
#
#===-------------------------------------------------------------------------===#
import subprocess
import sys

import plot
import setting
import updates

NUMBERS = (1, 2, 4, 8, 16, 32, 64, 128, 256)
PATIENCE = 20  # seconds for a line of the table
KINDS = {"idle": "waiting in windows", "busy": "all computing"}


def build():
    source = setting.BENCH / "update" / "threads.c"
    folder = setting.WORK / "threads"
    old = setting.compile_program("dsu", [source], folder / "v1")
    new = setting.compile_program("dsu", [source], folder / "v2", "-DV2")
    return old, setting.make_patch(old, new, folder / "fix.dsu.so")


def measure_number(program, patch, kind, number, times):
    process = subprocess.Popen(
        [str(program), kind, str(number)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        if process.stdout.readline() != "ready\n":
            sys.exit(f"bench: error: {program} {kind} {number} did not start")
        return updates.repeat(process.pid, patch, times, patience=PATIENCE)
    finally:
        process.kill()
        process.wait()


def measure(section, quick):
    program, patch = build()
    numbers = NUMBERS[::4] if quick else NUMBERS
    times = 3 if quick else 100
    series = {}
    for kind, title in KINDS.items():
        rows = []
        for number in numbers:
            setting.say(f"threads, {kind}, {number}")
            results = measure_number(program, patch, kind, number, times)
            rows.append([number, *updates.cells(results), len(results)])
            for percent, label in ((50, "p50"), (99, "p99")):
                series.setdefault(f"held {label}, {kind}", []).append(
                    (number, updates.at(results, "held", percent))
                )
        section.text(
            f"Threads {title}; microseconds; half of the updates are reverts (as many as",
            f"{PATIENCE} seconds allow, at most {2 * times}):",
        )
        section.table(["threads", *updates.HEAD, "updates"], rows)
    if not quick:
        title = "How long threads are held for an update"
        svg = plot.lines(title, "threads of the program", "microseconds", series)
        section.picture("performance-threads.svg", svg, title)
