#===- micro.py - what readiness costs where it could cost most ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Runs the programs of micro/ in both variants, in turn.  One process gives, for
# each of its benchmarks, the fastest of some stretches of half a millisecond
# (harness.h), which is shorter than the kernel lets others have their turn; what
# is reported is the median over all pairs of processes.  Many short processes
# tell more than a few long ones: where code and data happen to lie makes some
# percent from process to process, and stays as it is within one.  So measured, a
# program differs from a copy of itself by less than half a percent.
#
#===-------------------------------------------------------------------------===#
import figures
import servers
import setting

CALLS_LIMIT = 1.05
# "As fast as without": the code is the same, but lies elsewhere.
EQUAL_LIMIT = 1.02
EQUAL = ("malloc and free", "putc", "fwrite", "fprintf")

PROGRAMS = [
    ("calls", "Calls", ["calls.c", "leaves.c"], []),
    ("library", "The C library and the kernel, one thread", ["library.c"], []),
    ("library", "The same in a program with a second thread, asleep", ["library.c"], ["two"]),
]


def build(name, sources):
    folder = setting.BENCH / "micro"
    paths = [folder / source for source in [*sources, "harness.c"]]
    target = setting.WORK / "micro"
    return {
        variant: setting.compile_program(variant, paths, target / f"{name}-{variant}")
        for variant in setting.VARIANTS
    }


def run_once(program, arguments, quick):
    stretches, milliseconds = (3, 0.5) if quick else (12, 0.5)
    output = setting.run(
        program, stretches, milliseconds, *arguments, preexec_fn=servers.on_core(1)
    )
    lines = (line.split("\t") for line in output.splitlines())
    return {name: float(value) for name, value in lines}


def judge(section, title, name, ratio):
    if title == "Calls":
        section.goal(figures.Goal.at_most(f"calls, {name}", ratio, CALLS_LIMIT))
    elif name.startswith(EQUAL):
        threads = "two threads" if "second" in title else "one thread"
        section.goal(figures.Goal.at_most(f"{name}, {threads}", ratio, EQUAL_LIMIT))


def measure(section, quick):
    pairs = 1 if quick else 200
    section.text(
        "Nanoseconds of one operation, medians of",
        f"{pairs} pairs of processes in alternating order:",
    )
    for name, title, sources, arguments in PROGRAMS:
        setting.say(f"micro, {title}")
        programs = build(name, sources)
        results = figures.alternate(
            lambda variant: run_once(programs[variant], arguments, quick), pairs
        )
        rows = []
        for benchmark in results[0]["plain"]:
            ratio = figures.Ratio.of(results, lambda result: result[benchmark])
            rows.append([benchmark, *ratio.cells("{:.2f}")])
            judge(section, title, benchmark, ratio.ratio)
        section.text(f"{title}:")
        section.table(["operation", *figures.RATIO_HEAD], rows)
