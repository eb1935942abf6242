#===- updates.py - applies and reverts, and notes how long it took --------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Four times of an update, all in microseconds:
#
#   start   for how long threads were held when the agent started, by the runtime
#   held    from the first thread stopped to the last released, by the runtime
#   flip    the commit alone, by the runtime
#   total   from request to applied, as the user sees it: the whole run of
#           dsuctl, the start of its process included
#
#===-------------------------------------------------------------------------===#
import json
import random
import subprocess
import sys
import time

import figures
import setting

TIMES = ("start", "held", "flip", "total")
PERCENTS = ((50, "p50"), (99, "p99"), (100, "max"))


def call(*words):
    """Runs dsuctl; the times of the update."""
    command = [str(setting.BIN / "dsuctl"), *map(str, words), "--json"]
    begin = time.monotonic_ns()
    done = subprocess.run(command, capture_output=True, text=True)
    total = (time.monotonic_ns() - begin) / 1000
    try:
        reply = json.loads(done.stdout)
    except ValueError:
        sys.exit(f"bench: error: {' '.join(command)}: {done.stdout}{done.stderr}")
    if done.returncode != 0:
        sys.exit(f"bench: error: {' '.join(command)} was refused: {json.dumps(reply)}")
    return {
        "start": reply["start_held_us"],
        "held": reply["held_us"],
        "flip": reply["flip_us"],
        "total": total,
        "attempts": reply["attempts"],
        "threads": reply["threads"],
    }


def apply(pid, patch):
    return call("apply", "--timeout=60s", pid, patch)


def revert(pid):
    return call("revert", "--timeout=60s", pid)


def repeat(pid, patch, times, pause=0.01, patience=float("inf")):
    """Applies and reverts; pauses differ, so that no rhythm of the program
    falls together with ours.  Both directions are updates.  Ends early when it
    has taken more than `patience` seconds."""
    results = []
    chance = random.Random(1)
    end = time.monotonic() + patience
    for _ in range(times):
        for update in (lambda: apply(pid, patch), lambda: revert(pid)):
            time.sleep(pause * chance.random())
            results.append(update())
        if time.monotonic() > end:
            break
    return results


HEAD = [f"{time} {label}" for time in TIMES for _, label in PERCENTS]


def cells(results):
    """Percentiles of the times, as table cells."""
    row = []
    for time in TIMES:
        values = [result[time] for result in results]
        for percent, _ in PERCENTS:
            value = figures.percentile(values, percent)
            row.append(f"{value:,.0f}" if value >= 100 else f"{value:.1f}")
    return row


def at(results, time, percent):
    return figures.percentile([result[time] for result in results], percent)
