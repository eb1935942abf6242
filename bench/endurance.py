#===- endurance.py - many updates of one process ---------------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# One patch applied and reverted a thousand times under load: a server must not
# get any bigger by it.  The clients come first, so that the server has most of
# what they make it allocate; the first ten rounds are the runtime's to warm up.
# What a server under load allocates later is known from one that gets the same
# load for the same time and no updates.  redis is sent small values only: with
# values up to 200,000 bytes what it holds grows for minutes, in no two runs
# alike, by more than what is looked for.
#
# Then a chain of fifty different patches, each made for the program that the one
# before has left, and all of them in the process at the end: here it grows, by
# so much a patch.
#
#===-------------------------------------------------------------------------===#
import subprocess
import sys
import time

import figures
import servers
import setting
import update
import updates

WARM_UP = 10
MEASURES = (("rss", "resident, KiB"), ("maps", "mappings"), ("fds", "descriptors"))
LOAD = ("--connections=40", "--rate=4000", "--seconds=7200")
MIX = {"memcached": [], "redis": ["--mix=small"]}


def settled(pid):
    """Memory at rest: the agent's thread may live a moment longer than the
    answer, with a stack of its own."""
    last = servers.memory(pid)
    for _ in range(20):
        time.sleep(0.05)
        now = servers.memory(pid)
        if now["maps"] == last["maps"] and now["fds"] == last["fds"]:
            return now
        last = now
    return last


def rounds(server, patch, count):
    """Memory before, after the warm-up, at points in between and at the end;
    and after how many seconds each was taken."""
    begin = time.monotonic()
    marks, times = {0: settled(server.pid)}, {0: 0}
    for number in range(1, count + 1):
        updates.apply(server.pid, patch)
        updates.revert(server.pid)
        if number in (WARM_UP, count // 10, count // 2, count):
            marks[number] = settled(server.pid)
            times[number] = time.monotonic() - begin
    return marks, times


def without_updates(name, program, times, warm_seconds):
    """Memory of a server with the same load and no updates, at these times."""
    with servers.Server(name, program) as server:
        load = servers.Load(server, *LOAD, *MIX[name])
        time.sleep(warm_seconds)
        begin = time.monotonic()
        marks = {}
        for number, when in times.items():
            time.sleep(max(0, begin + when - time.monotonic()))
            marks[number] = settled(server.pid)
        servers.require_clean(load.result(stop=True))
    return marks


def measure_rounds(section, name, count, warm_seconds):
    program, patch = update.patch_of(name)
    with servers.Server(name, program) as server:
        load = servers.Load(server, *LOAD, *MIX[name])
        time.sleep(warm_seconds)
        marks, times = rounds(server, patch, count)
        account = load.result(stop=True)
    control = without_updates(name, program, times, warm_seconds)
    section.text(
        f"{name}: {count:,} times apply and revert at 4,000 requests a second;",
        f"{account['requests']:,} requests, {account['failed']} failed,",
        f"{account['dropped']} connections lost; slowest reply {account['max_us'] / 1000:.1f} ms.",
    )
    rows = [
        [
            f"{number:,}",
            *(f"{memory[key]:,}" for key, _ in MEASURES),
            f"{control[number]['rss']:,}",
        ]
        for number, memory in marks.items()
    ]
    section.table(
        ["rounds", *(title for _, title in MEASURES), "resident without updates, KiB"], rows
    )
    lost = account["failed"] + account["dropped"]
    section.goal(figures.Goal.at_most(f"{name}, failed or lost", lost, 0, "{}"))
    for key, title in MEASURES:
        growth = marks[count][key] - marks[WARM_UP][key]
        growth -= control[count][key] - control[WARM_UP][key]
        # Some pages more or less are the load's: no two runs are the same.
        limit = 256 if key == "rss" else 0
        goal = f"{name}, more growth than without updates after {WARM_UP} rounds, {title}"
        section.goal(figures.Goal.at_most(goal, growth, limit, "{}"))


#--- The chain ------------------------------------------------------------------

PARTS = 50

HEAD = """\
// A program of many small parts; each version of the chain changes one.
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>
static uint64_t state = 1;
"""

PART = """
__attribute__((noinline)) static const char *part_{n}(uint64_t x) {{
  for (uint64_t i = 0; i < (x & 15); i++)
    state = state * {factor}u + (state >> {shift});
  return "part {n}, version {version}";
}}
"""

TAIL = """
static __attribute__((noinline)) void answer(unsigned n) {{
  static const char *(*const parts[])(uint64_t) = {{ {names} }};
  puts(parts[n](state));
  fflush(stdout);
}}
int main(void) {{
  unsigned char byte;
  while (read(0, &byte, 1) == 1)
    answer(byte);
  return 0;
}}
"""


def chain_source(version):
    """Version n has the first n parts changed."""
    text = [HEAD]
    for n in range(PARTS):
        changed = n < version
        text.append(
            PART.format(
                n=n,
                factor=2 * n + (5 if changed else 3),
                shift=n % 20 + (2 if changed else 1),
                version=2 if changed else 1,
            )
        )
    text.append(TAIL.format(names=", ".join(f"part_{n}" for n in range(PARTS))))
    return "".join(text)


def build_chain(length):
    """The first program, and the patches from each version to the next."""
    folder = setting.fresh_directory("chain")
    patches, old = [], None
    for version in range(length + 1):
        source = folder / f"{version}" / "program.c"
        source.parent.mkdir()
        source.write_text(chain_source(version))
        new = setting.compile_program(
            "dsu", [source], source.parent / "program", root=source.parent
        )
        if version > 0:
            before = old if version == 1 else folder / f"{version - 1}.fix"
            patches.append(setting.make_patch(before, new, folder / f"{version}.fix.dsu.so"))
        old = old or new
    return old, patches


def ask(process, part):
    process.stdin.write(bytes([part]))
    process.stdin.flush()
    return process.stdout.readline().decode().rstrip("\n")


def require_answers(process, applied):
    for part in range(PARTS):
        wanted = f"part {part}, version {2 if part < applied else 1}"
        got = ask(process, part)
        if got != wanted:
            sys.exit(f"bench: error: after {applied} patches '{got}', not '{wanted}'")


def measure_chain(section, length):
    program, patches = build_chain(length)
    process = subprocess.Popen([str(program)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    marks = []
    try:
        require_answers(process, 0)
        marks.append(settled(process.pid))
        for number, patch in enumerate(patches, 1):
            updates.apply(process.pid, patch)
            require_answers(process, number)
            marks.append(settled(process.pid))
        for number in range(length, 0, -1):
            updates.revert(process.pid)
            require_answers(process, number - 1)
    finally:
        process.kill()
        process.wait()
    report_chain(section, patches, marks)


def report_chain(section, patches, marks):
    length = len(patches)
    size = figures.median([patch.stat().st_size for patch in patches])
    section.text(
        f"A chain of {length} different patches of a small program, each made from the one before,",
        "applied one after the other, then reverted in the opposite order; after each step all",
        f"{PARTS} parts of the program answered as they had to. A patch's file has",
        f"{size:,.0f} bytes.",
    )
    points = [p for p in (0, 1, 2, 5, 10, 20, 30, 40, 50) if p <= length]
    rows = [
        [point, *(f"{marks[point][key]:,}" for key in ("rss", "private", "maps", "fds"))]
        for point in points
    ]
    section.table(
        ["patches applied", "resident, KiB", "of it private, KiB", "mappings", "descriptors"], rows
    )
    first = min(10, length - 1)
    each = {key: (marks[length][key] - marks[first][key]) / (length - first) for key in marks[0]}
    section.text(
        f"A further patch takes {each['private']:.1f} KiB of private memory, {each['maps']:.1f}",
        f"mappings and {each['fds']:.1f} descriptors.",
    )


def measure(section, quick):
    count, warm_seconds, length = (20, 2, 3) if quick else (1000, 30, PARTS)
    for name in servers.NAMES:
        setting.say(f"endurance, {name}")
        measure_rounds(section, name, count, warm_seconds)
    setting.say("endurance, chain of patches")
    measure_chain(section, length)
