#===- plot.py - a line plot as SVG, nothing else --------------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Both axes are logarithmic: threads double, times span orders of magnitude.
# Labels stand at the ends of their lines, so that no legend is needed.
#
#===-------------------------------------------------------------------------===#
import math
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 760, 420
LEFT, RIGHT, TOP, BOTTOM = 80, 190, 40, 60
COLOURS = ("#1b6ca8", "#b3541e", "#2e7d32", "#6a1b9a", "#607d8b", "#c62828")


class Axis:
    """Maps values to pixels."""

    def __init__(self, values, base, begin, end):
        self.base, self.begin, self.end = base, begin, end
        self.low = math.floor(math.log(min(values), base))
        self.high = max(math.ceil(math.log(max(values), base)), self.low + 1)

    def at(self, value):
        share = (math.log(value, self.base) - self.low) / (self.high - self.low)
        return self.begin + share * (self.end - self.begin)

    def ticks(self):
        return [self.base**power for power in range(self.low, self.high + 1)]


def label(value):
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def text(x, y, content, anchor="middle", colour="#333", more=""):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}" {more}>'
        f"{escape(content)}</text>"
    )


def frame(x_axis, y_axis, title, x_title, y_title):
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [text((LEFT + right) / 2, 24, title, more='font-size="15"')]
    for tick in y_axis.ticks():
        y = y_axis.at(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{right}" stroke="#ddd"/>')
        parts.append(text(LEFT - 8, y + 4, label(tick), "end"))
    for tick in x_axis.ticks():
        x = x_axis.at(tick)
        parts.append(f'<path d="M{x:.1f} {bottom}v5" stroke="#333"/>')
        parts.append(text(x, bottom + 20, label(tick)))
    parts.append(f'<path d="M{LEFT} {TOP}V{bottom}H{right}" fill="none" stroke="#333"/>')
    parts.append(text((LEFT + right) / 2, HEIGHT - 16, x_title))
    middle = (TOP + bottom) / 2
    parts.append(text(20, middle, y_title, more=f'transform="rotate(-90 20 {middle:.1f})"'))
    return parts


def spread(wanted, gap=14):
    """Moves labels apart that would lie on each other; keeps their order."""
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    placed = list(wanted)
    for before, after in zip(order, order[1:]):
        placed[after] = max(placed[after], placed[before] + gap)
    return placed


def lines(title, x_title, y_title, series):
    """An SVG of {label: [(x, y), ...]}."""
    points = [point for line in series.values() for point in line]
    x_axis = Axis([x for x, _ in points], 2, LEFT, WIDTH - RIGHT)
    y_axis = Axis([y for _, y in points], 10, HEIGHT - BOTTOM, TOP)
    parts = frame(x_axis, y_axis, title, x_title, y_title)
    ends = spread([y_axis.at(line[-1][1]) for line in series.values()])
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        path = "L".join(f"{x_axis.at(x):.1f} {y_axis.at(y):.1f}" for x, y in line)
        parts.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for x, y in line:
            x, y = x_axis.at(x), y_axis.at(y)
            parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>')
        parts.append(text(x_axis.at(line[-1][0]) + 8, ends[number] + 4, name, "start", colour))
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'font-family="sans-serif" font-size="12">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
