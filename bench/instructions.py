#===- instructions.py - what readiness costs, in instructions ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Instructions are counted by callgrind (user space, shared libraries included)
# for the same requests to both variants.  Each variant is run with a small and
# with a large number of requests; what counts is the difference by request, so
# that start-up does not.  Random seeds are fixed (steady.c); the clients are
# one connection each after the other, so that how requests are bundled into
# wake-ups does not depend on the speed of the machine.
#
#===-------------------------------------------------------------------------===#
import re
import sys

import figures
import servers
import setting

OPTIONS = {
    "memcached": ["-t", "4", "-m", "64"],
    "redis": ["--hz", "1", "--dynamic-hz", "no", "--appendonly", "no"],
}
FEW, MANY = 2000, 22000


def count(name, program, requests):
    """Instructions of a whole run, from start to end."""
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
        name, program, OPTIONS[name], wrapper=wrapper, LD_PRELOAD=str(steady)
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
    log.unlink()
    output.unlink()
    return int(found[1])


def per_request(name, program, few, many):
    return (count(name, program, many) - count(name, program, few)) / (many - few)


def measure(section, quick):
    few, many, pairs = (500, 1500, 1) if quick else (FEW, MANY, 3)
    section.text(
        f"Instructions for one request of the mixed load (callgrind, the difference between runs",
        f"of {few:,} and {many:,} requests by request; medians of {pairs} pairs in alternating",
        "order).",
    )
    rows = []
    for name in servers.NAMES:
        programs = {
            variant: servers.stripped(servers.build(name, variant))
            for variant in setting.VARIANTS
        }
        results = figures.alternate(
            lambda variant: per_request(name, programs[variant], few, many), pairs
        )
        ratio = figures.Ratio.of(results)
        rows.append([name, *ratio.cells()])
        section.goal(figures.Goal.at_most(f"instructions, {name}", ratio.ratio, 1.01))
    section.table(["server", *figures.RATIO_HEAD], rows)
