#===- instructions.py - what readiness costs, in instructions ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Instructions are counted by callgrind (user space, shared libraries included)
# for the same requests to both variants.  Each variant is run with a small and
# with a large number of requests; what counts is the difference by request, so
# that start-up does not.
#
# Made alike for all runs: random seeds, and in redis the time, so that its cron
# runs after so many requests (steady.c); one connection, so that how requests are
# bundled into wake-ups does not depend on the speed of the machine; threads that
# work by the clock are off (memcached's maintenance, that of redis' allocator).
# Then memcached repeats within some hundredths of a percent, redis within a
# thousandth of one.  A wake-up for each request is the worst case for what
# blocking calls cost.
#
#===-------------------------------------------------------------------------===#
import collections
import re
import sys

import figures
import servers
import setting

OPTIONS = {
    "memcached": ["-t", "4", "-m", "64", "-o", "no_lru_crawler,no_lru_maintainer"],
    "redis": ["--jemalloc-bg-thread", "no"],
}
# Time made of wake-ups is redis' only: memcached has several threads, and does
# next to nothing by the clock.
VARIABLES = {"memcached": {}, "redis": {"STEADY_CLOCK": "1"}}
FEW, MANY = 2000, 22000
LIMIT = 1.01
SHOWN = 6  # functions in the table of differences


def profile(output):
    """Instructions by function.  The two variants name functions differently:
    what ends in .dsu is the body of the function before the point."""
    text = setting.run("callgrind_annotate", "--threshold=100", "--show-percs=no", output)
    counts = collections.Counter()
    for line in text.splitlines():
        found = re.match(r"\s*([\d,]+)\s+[^\s:]*:(\S+)", line)
        if found:
            function = re.sub(r"(\.dsu|\.llvm\.\d+|'\d+)+$", "", found[2])
            counts[function] += int(found[1].replace(",", ""))
    return counts


def count(name, program, requests):
    """Instructions of a whole run, from start to end; all and by function."""
    output = setting.WORK / f"callgrind-{name}"
    log = setting.WORK / f"callgrind-{name}.log"
    wrapper = [
        "valgrind",
        "--tool=callgrind",
        f"--callgrind-out-file={output}",
        f"--log-file={log}",
    ]
    steady = servers.preload()
    with servers.Server(
        name,
        program,
        OPTIONS[name],
        wrapper=wrapper,
        LD_PRELOAD=str(steady),
        **VARIABLES[name],
    ) as server:
        load = servers.Load(
            server,
            "--connections=1",
            f"--requests={requests}",
            "--seconds=600",
            "--timeout=600",
            "--no-sweep",
            "--seed=7",
            preload=steady,
        )
        servers.require_clean(load.result())
    found = re.search(r"Collected : (\d+)", log.read_text())
    if not found:
        sys.exit(f"bench: error: callgrind gave no count:\n{log.read_text()[-2000:]}")
    functions = profile(output)
    log.unlink()
    output.unlink()
    return int(found[1]), functions


def per_request(name, program, few, many):
    """Instructions of one request; all and by function."""
    less, more = count(name, program, few), count(name, program, many)
    functions = {
        function: (more[1][function] - less[1][function]) / (many - few) for function in more[1]
    }
    return (more[0] - less[0]) / (many - few), functions


def differences(pair):
    """Where the two variants differ most: rows of a table."""
    plain, dsu = pair["plain"][1], pair["dsu"][1]
    functions = sorted(
        plain.keys() | dsu.keys(), key=lambda f: -abs(dsu.get(f, 0) - plain.get(f, 0))
    )
    rows = []
    for function in functions[:SHOWN]:
        before, after = plain.get(function, 0), dsu.get(function, 0)
        rows.append([f"`{function}`", f"{before:.1f}", f"{after:.1f}", f"{after - before:+.1f}"])
    return rows


def measure(section, quick):
    few, many, pairs = (500, 1500, 1) if quick else (FEW, MANY, 3)
    section.text(
        "Instructions for one request of the mixed load, by callgrind: the difference between",
        f"runs of {few:,} and {many:,} requests by request; medians of {pairs} pairs in",
        "alternating order. One connection: each request wakes the server up.",
    )
    rows, details = [], []
    for name in servers.NAMES:
        setting.say(f"instructions, {name}")
        programs = {
            variant: servers.stripped(servers.build(name, variant))
            for variant in setting.VARIANTS
        }
        results = figures.alternate(
            lambda variant: per_request(name, programs[variant], few, many), pairs
        )
        ratio = figures.Ratio.of(results, lambda result: result[0])
        rows.append([name, *ratio.cells()])
        details += [[name, *row] for row in differences(results[0])]
        section.goal(figures.Goal.at_most(f"instructions, {name}", ratio.ratio, LIMIT))
    section.table(["server", *figures.RATIO_HEAD], rows)
    section.text("The functions that differ most, instructions for one request in the first pair:")
    section.table(["server", "function", "plain", "dsu", "difference"], details)
