#===- update.py - how long an update of a server takes --------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The first security patch of each server is applied and reverted again and
# again while clients are served:
#
#   idle        connections are open, nobody asks for anything
#   light load  a fixed rate that leaves a core free most of the time
#   full load   as many requests as both cores can take, memcached's four workers
#               and the client included: a thread that is to be held must first
#               get a core
#   first time  idle, and each application is the first of a fresh process: no
#               page of the code has been written before
#
#===-------------------------------------------------------------------------===#
import figures
import servers
import setting
import updates

LOADS = {
    "idle": ["--rate=1"],
    "light load": ["--rate=2000"],
    "full load": ["--threads=2"],
}
HELD_LIMIT, FLIP_LIMIT, TOTAL_LIMIT = 200, 20, 20000


def judge(section, name, kind, results):
    if kind != "full load":
        for what in ("start", "held"):
            held = updates.at(results, what, 99)
            goal = f"{what}, {name}, {kind}, 99th percentile, us"
            section.goal(figures.Goal.at_most(goal, held, HELD_LIMIT, "{:.1f}"))
    flip = updates.at(results, "flip", 50)
    goal = f"flip, {name}, {kind}, median, us"
    section.goal(figures.Goal.at_most(goal, flip, FLIP_LIMIT, "{:.1f}"))
    total = updates.at(results, "total", 50)
    goal = f"request to applied, {name}, {kind}, median, us"
    section.goal(figures.Goal.at_most(goal, total, TOTAL_LIMIT, "{:.0f}"))


def patch_of(name):
    old, new = servers.build(name, "dsu"), servers.build(name, "dsu", "1")
    return old, setting.make_patch(old, new, setting.WORK / f"{name}.dsu.so")


def measure_load(name, program, patch, kind, times):
    """Updates under one load; (their times, the load client's account)."""
    with servers.Server(name, program) as server:
        load = servers.Load(
            server, "--connections=40", "--seconds=3600", "--no-sweep", *LOADS[kind]
        )
        results = updates.repeat(server.pid, patch, times)
        return results, servers.require_clean(load.result(stop=True))


def measure_first(name, program, patch, times):
    """The first update of that many processes."""
    results = []
    for _ in range(times):
        with servers.Server(name, program) as server:
            results.append(updates.apply(server.pid, patch))
    return results


def measure(section, quick):
    times = 5 if quick else 250
    section.text(
        f"Times in microseconds over {times} applications and as many reverts of each server's",
        "first security patch, with 40 connections; memcached has four workers. “First time” is",
        "the first application only, in a tenth as many fresh processes without connections. No",
        "request failed. “Attempts” is how often the threads were stopped for one update on average.",
    )
    rows, slowest = [], []
    for name in servers.NAMES:
        program, patch = patch_of(name)
        for kind in LOADS:
            setting.say(f"update, {name}, {kind}")
            results, account = measure_load(name, program, patch, kind, times)
            attempts = sum(result["attempts"] for result in results) / len(results)
            rows.append([name, kind, *updates.cells(results), f"{attempts:.2f}"])
            slowest.append(
                [
                    name,
                    kind,
                    f"{account['per_second']:,}",
                    *(f"{account[key]:,}" for key in ("p50_us", "p99_us", "p999_us", "max_us")),
                ]
            )
            judge(section, name, kind, results)
        setting.say(f"update, {name}, first time")
        results = measure_first(name, program, patch, max(times // 10, 2))
        attempts = sum(result["attempts"] for result in results) / len(results)
        rows.append([name, "first time", *updates.cells(results), f"{attempts:.2f}"])
        judge(section, name, "first time", results)
    section.table(["server", "load", *updates.HEAD, "attempts"], rows)
    section.text(
        "What the clients saw meanwhile, in microseconds, with an update following the other",
        "after some milliseconds:",
    )
    section.table(["server", "load", "requests/s", "p50", "p99", "p99.9", "max"], slowest)
