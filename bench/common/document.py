#===- document.py - tables for the terminal and for docs/performance.md -------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# docs/performance.md is written by hand but for the parts between
#
#   <!-- figures: NAME -->  ...  <!-- end of figures: NAME -->
#
# each of which one benchmark replaces as a whole when it is run.  So the text
# around the figures stays, and one benchmark can be repeated by itself.
#
#===-------------------------------------------------------------------------===#
import re
import sys

import machine
import setting

PAGE = setting.ROOT / "docs" / "performance.md"


class Section:
    """What one benchmark has found out, in the order in which it says so."""

    def __init__(self, name):
        self.name = name
        self.parts = [f"*Measured {machine.describe()}.*"]
        self.goals = []

    def text(self, *sentences):
        self.parts.append(" ".join(sentences))

    def table(self, head, rows):
        self.parts.append(table(head, rows))

    def picture(self, name, svg, title):
        (PAGE.parent / name).write_text(svg)
        self.parts.append(f"![{title}]({name})")

    def goal(self, goal):
        self.goals.append(goal)

    def markdown(self):
        parts = list(self.parts)
        if self.goals:
            rows = [
                [goal.what, goal.limit, goal.measured, "yes" if goal.met else "**no**"]
                for goal in self.goals
            ]
            parts.insert(1, table(["goal", "limit", "measured", "met"], rows))
        return "\n\n".join(parts)


def table(head, rows):
    """Markdown that is also readable as it is: columns are aligned."""
    cells = [[str(cell) for cell in row] for row in [head, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]

    def line(row):
        padded = [
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ]
        return "| " + " | ".join(padded) + " |"

    rule = [":" + "-" * (widths[0] - 1)] + ["-" * (width - 1) + ":" for width in widths[1:]]
    return "\n".join([line(cells[0]), line(rule), *map(line, cells[1:])])


def write(section):
    """Replaces the section's part of the page."""
    begin, end = f"<!-- figures: {section.name} -->", f"<!-- end of figures: {section.name} -->"
    page = PAGE.read_text()
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(page):
        sys.exit(f"bench: error: {PAGE} has no '{begin}' to put the figures in")
    text = f"{begin}\n\n{section.markdown()}\n\n{end}"
    PAGE.write_text(pattern.sub(lambda _: text, page))
