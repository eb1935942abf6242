#===- throughput.py - what readiness costs, in time and memory ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Three loads.  "one by one" and "in bundles" come from drum.c and are bound by
# the server: it has one core, the client another.  "mixed" is the load of the
# tests, all of whose replies are checked; there the client needs more time than
# the server, and both share all cores.  Servers are started anew for each run,
# since where memory happens to lie moves the figures more than DSU does: many
# short runs tell more than a few long ones.
#
# A server's processor time by request says the same as requests per second, but
# is disturbed less by what else the machine does.
#
#===-------------------------------------------------------------------------===#
import dataclasses
import json

import figures
import servers
import setting


@dataclasses.dataclass
class LoadKind:
    title: str
    depth: int  # requests in flight on a connection; 0: the mixed load
    requests: int


KINDS = [
    LoadKind("one by one", 1, 100_000),
    LoadKind("in bundles of 16", 16, 600_000),
    LoadKind("mixed, checked", 0, 120_000),
]
CONNECTIONS = 32


def drum():
    program = setting.WORK / "drum"
    source = setting.BENCH / "common" / "drum.c"
    setting.run(setting.clang(), "-O2", "-Wall", "-Wextra", source, "-o", program)
    return program


def drive_drum(server, kind, requests):
    output = setting.run(
        setting.WORK / "drum",
        server.name,
        server.port,
        CONNECTIONS,
        kind.depth,
        requests,
        preexec_fn=servers.on_core(1),
    )
    return json.loads(output)


def drive_mixed(server, requests):
    load = servers.Load(
        server,
        f"--connections={CONNECTIONS}",
        f"--requests={requests}",
        "--seconds=600",
        "--no-sweep",
    )
    return servers.require_clean(load.result())


def run_once(name, program, kind, requests):
    core = 0 if kind.depth else None
    with servers.Server(name, program, core=core) as server:
        at_rest = server.memory()
        before = server.cpu_seconds()
        result = (
            drive_drum(server, kind, requests) if kind.depth else drive_mixed(server, requests)
        )
        spent = server.cpu_seconds() - before
        return {
            "rate": result["requests"] / result["seconds"],
            "cpu": spent / result["requests"] * 1e6,
            "start_rss": at_rest["rss"],
            "rss": server.memory()["rss"],
        }


def measure_kind(section, kind, programs, quick, memory):
    pairs = 1 if quick else 30
    requests = kind.requests // 20 if quick else kind.requests
    rates, times = [], []
    for name in servers.NAMES:
        results = figures.alternate(
            lambda variant: run_once(name, programs[name, variant], kind, requests), pairs
        )
        rate = figures.Ratio.of(results, lambda result: result["rate"])
        cpu = figures.Ratio.of(results, lambda result: result["cpu"])
        rates.append([name, kind.title, *rate.cells("{:,.0f}")])
        times.append([name, kind.title, *cpu.cells("{:.2f}")])
        memory.setdefault(name, []).extend(results)
        section.goal(
            figures.Goal.at_least(f"throughput, {name}, {kind.title}", rate.ratio, 0.99)
        )
    return rates, times


def sizes(program):
    """Bytes of code, of all that is loaded, and of the file without debug
    information."""
    output = setting.run(setting.LLVM_BIN / "llvm-size", "-A", program)
    sections = {}
    for line in output.splitlines():
        words = line.split()
        if len(words) == 3 and words[0].startswith((".", "dsu_")) and words[1].isdigit():
            sections[words[0]] = (int(words[1]), int(words[2]))
    loaded = sum(size for size, address in sections.values() if address)
    own = sum(size for name, (size, _) in sections.items() if name.startswith("dsu_"))
    return {
        "text": sections[".text"][0],
        "loaded": loaded,
        "tables": own,
        "file": servers.stripped(program).stat().st_size,
    }


def measure_memory(section, memory):
    rows = []
    for name, results in memory.items():
        for title, key in (("after start", "start_rss"), ("under load", "rss")):
            plain = figures.median([pair["plain"][key] for pair in results])
            dsu = figures.median([pair["dsu"][key] for pair in results])
            more = figures.median([pair["dsu"][key] - pair["plain"][key] for pair in results])
            rows.append([name, title, f"{plain:,.0f}", f"{dsu:,.0f}", f"{more:+,.0f}"])
            limit = max(plain * 0.02, 1024)
            goal = f"resident memory, {name} {title}, KiB more"
            section.goal(figures.Goal.at_most(goal, more, limit, "{:.0f}"))
    section.text("Resident memory in KiB, medians over all of the runs above:")
    section.table(["server", "when", "plain", "dsu", "difference"], rows)


def measure_sizes(section, programs):
    rows = []
    for name in servers.NAMES:
        plain, dsu = sizes(programs[name, "plain"]), sizes(programs[name, "dsu"])
        for title, key in (
            ("code (.text)", "text"),
            ("slots and tables", "tables"),
            ("all that is mapped", "loaded"),
            ("file, stripped", "file"),
        ):
            change = f"{dsu[key] / plain[key]:.3f}" if plain[key] else "–"
            rows.append([name, title, f"{plain[key]:,}", f"{dsu[key]:,}", change])
    section.text("Sizes in bytes; the runtime and LLVM's libunwind are part of the program:")
    section.table(["server", "what", "plain", "dsu", "ratio"], rows)


def measure(section, quick):
    drum()
    programs = {
        (name, variant): servers.build(name, variant)
        for name in servers.NAMES
        for variant in setting.VARIANTS
    }
    rates, times, memory = [], [], {}
    for kind in KINDS:
        setting.say(f"throughput, {kind.title}")
        more_rates, more_times = measure_kind(section, kind, programs, quick, memory)
        rates += more_rates
        times += more_times
    section.text("Requests per second, medians of pairs in alternating order:")
    section.table(["server", "load", *figures.RATIO_HEAD], rates)
    section.text("Processor time of the server by request, in microseconds:")
    section.table(["server", "load", *figures.RATIO_HEAD], times)
    measure_memory(section, memory)
    measure_sizes(section, programs)
