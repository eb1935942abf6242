#===- figures.py - medians of pairs, percentiles, goals -----------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The two variants are always measured in pairs, one right after the other and
# in alternating order, so that whatever else the machine does falls on both.
# What counts is the ratio within each pair; its median is reported, with the
# quartiles to show how far it can be trusted.
#
#===-------------------------------------------------------------------------===#
import dataclasses
import math
import statistics

import setting

median = statistics.median


def percentile(values, percent):
    """Nearest rank: a value that was measured, none in between."""
    ordered = sorted(values)
    rank = math.ceil(percent / 100 * len(ordered))
    return ordered[max(rank, 1) - 1]


def alternate(measure, pairs):
    """Calls measure(variant) in alternating order; a list of {variant: result}."""
    results = []
    for number in range(pairs):
        order = setting.VARIANTS if number % 2 == 0 else setting.VARIANTS[::-1]
        results.append({variant: measure(variant) for variant in order})
    return results


@dataclasses.dataclass
class Ratio:
    """dsu against plain over all pairs."""

    plain: float
    dsu: float
    ratio: float
    low: float
    high: float

    @staticmethod
    def of(results, read=lambda result: result):
        plain = [read(pair["plain"]) for pair in results]
        dsu = [read(pair["dsu"]) for pair in results]
        ratios = [d / p for p, d in zip(plain, dsu)]
        return Ratio(
            median(plain),
            median(dsu),
            median(ratios),
            percentile(ratios, 25),
            percentile(ratios, 75),
        )

    def cells(self, form="{:.0f}"):
        return [
            form.format(self.plain),
            form.format(self.dsu),
            f"{self.ratio:.3f}",
            f"{self.low:.3f}–{self.high:.3f}",
        ]


RATIO_HEAD = ["plain", "dsu", "ratio", "quartiles"]


@dataclasses.dataclass
class Goal:
    """Something promised, and what came of it."""

    what: str
    limit: str
    measured: str
    met: bool

    @staticmethod
    def at_most(what, value, limit, form="{:.3f}"):
        return Goal(what, "at most " + form.format(limit), form.format(value), value <= limit)

    @staticmethod
    def at_least(what, value, limit, form="{:.3f}"):
        return Goal(what, "at least " + form.format(limit), form.format(value), value >= limit)
