#===- tools.py - time and memory of making patches and programs ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# dsu-diff is run on the first security patch of each server.  Its first run is
# reported by itself: the files may have to be read from the disk.  Builds go
# through test/apps, unpacking and configure included, with one job at a time;
# user and system time of all processes is what other work on the machine
# disturbs least.
#
#===-------------------------------------------------------------------------===#
import os
import resource
import shutil
import subprocess
import sys
import time

import figures
import servers
import setting

DIFF_LIMIT, BUILD_LIMIT = 10, 1.15
BUILD_MEASURES = (
    ("wall clock, s", "wall"),
    ("processor time, s", "cpu"),
    ("peak memory of a process, MiB", "peak"),
)


def timed(command):
    """Wall clock, processor time of all its processes, peak memory in MiB (of
    the biggest of them)."""
    begin = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=setting.environment(),
    )
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"bench: error: {command}: status {process.returncode}:\n{errors[-2000:]}")
    return {
        "wall": time.monotonic() - begin,
        "cpu": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss / 1024,
    }


def measure_diff(section, times):
    rows = []
    for name in servers.NAMES:
        old, new = servers.build(name, "dsu"), servers.build(name, "dsu", "1")
        output = setting.WORK / f"{name}-timed.dsu.so"
        command = [setting.BIN / "dsu-diff", f"{old}.dsu.bc", f"{new}.dsu.bc", "-o", output]
        results = [timed(command) for _ in range(times)]
        wall = [result["wall"] for result in results]
        peak = max(result["peak"] for result in results)
        size = os.path.getsize(f"{old}.dsu.bc") / 2**20
        rows.append(
            [
                name,
                f"{size:.1f}",
                f"{wall[0]:.2f}",
                f"{figures.median(wall):.2f}",
                f"{max(wall):.2f}",
                f"{figures.median([result['cpu'] for result in results]):.2f}",
                f"{peak:.0f}",
            ]
        )
        if name == "redis":
            goal = "dsu-diff on redis, slowest, s"
            section.goal(figures.Goal.at_most(goal, max(wall), DIFF_LIMIT, "{:.2f}"))
    section.text(f"dsu-diff, {times} runs, in seconds:")
    section.table(
        [
            "server",
            ".dsu.bc, MiB",
            "first",
            "median",
            "slowest",
            "processor time",
            "peak memory, MiB",
        ],
        rows,
    )


def build_once(name, variant):
    tree = setting.WORK / "timed-build"
    shutil.rmtree(tree, ignore_errors=True)
    result = timed([setting.APPS / name / "build", variant, "upstream", tree])
    shutil.rmtree(tree)
    return result


def measure_builds(section, pairs_of):
    rows = []
    for name, pairs in pairs_of.items():
        setting.say(f"tools, building {name}")
        results = figures.alternate(lambda variant: build_once(name, variant), pairs)
        for title, key in BUILD_MEASURES:
            ratio = figures.Ratio.of(results, lambda result: result[key])
            rows.append([name, title, *ratio.cells("{:.1f}"), pairs])
            if name == "redis" and key != "peak":
                goal = f"build of redis, {title}"
                section.goal(figures.Goal.at_most(goal, ratio.ratio, BUILD_LIMIT))
    section.text("Builds from an unpacked source:")
    section.table(["server", "what", *figures.RATIO_HEAD, "pairs"], rows)


def measure(section, quick):
    # Core files of a build that fails are of no use.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    measure_diff(section, 2 if quick else 7)
    if not quick:
        measure_builds(section, {"memcached": 3, "redis": 1})
