#===- machine.py - what the figures were measured on -------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A figure without its machine says nothing, and one from a busy machine says
# little: the load average at the start of each benchmark is part of its result.
#
#===-------------------------------------------------------------------------===#
import datetime
import os
import platform
import subprocess

import setting


def cpu_model():
    with open("/proc/cpuinfo") as info:
        lines = dict(
            (part.strip() for part in line.split(":", 1)) for line in info if ":" in line
        )
    name = lines.get("model name", "unknown processor")
    family = f"family {lines.get('cpu family')}, model {lines.get('model')}"
    virtual = ", virtual machine" if "hypervisor" in lines.get("flags", "") else ""
    return f"{name} ({family}{virtual})"


def cores():
    return len(os.sched_getaffinity(0))


def memory_gib():
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def compiler():
    return setting.run(setting.clang(), "--version").splitlines()[0]


def revision():
    """The commit that is measured, with a mark if the tree is not exactly it."""
    git = ["git", "-C", str(setting.ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True)
    if head.returncode != 0:
        return "unknown"
    status = [*git, "status", "--porcelain", "--", "rt", "passes", "tools"]
    changed = subprocess.run(status, capture_output=True, text=True)
    return head.stdout.strip() + (" with changes" if changed.stdout.strip() else "")


def describe():
    load = " ".join(f"{value:.2f}" for value in os.getloadavg())
    date = datetime.date.today().isoformat()
    return (
        f"{date}, revision {revision()}; {cpu_model()}, {cores()} cores, {memory_gib():.0f} GiB; "
        f"Linux {platform.release()}; {compiler()}; load average at the start {load}"
    )
