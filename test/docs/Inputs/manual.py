#!/usr/bin/env python3
# manual.py - compares a manual page with what it describes.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#   manual.py options PAGE <HELP   the options that HELP lists are those of PAGE
#   manual.py reasons PAGE DEF     every DSU_REASON of dsu_abi.def is in PAGE with
#                                  its exit status and text, and nothing else is
#
# Pages are read in source: an option or a reason is the tag of a .TP paragraph.
# Prints what is missing on either side; exits with 1 if anything is.
import re
import sys


def tags(page):
    """(tag, first line of its text) of every .TP paragraph, without markup."""
    lines = open(page).read().splitlines()
    for macro, tag, text in zip(lines, lines[1:], lines[2:] + [""]):
        if macro == ".TP":
            words = re.sub(r"^\.\w+ ", "", tag).replace("\\-", "-").replace('"', "")
            yield words, text


def options_of_page(page):
    return {
        re.split(r"[= ]", tag)[0] for tag, _ in tags(page) if tag.startswith("-")
    }


def options_of_help(text):
    """Indented lines that begin with options: "  -o <file>", "  --help, --version"."""
    found = set()
    for line in text.splitlines():
        match = re.match(r"\s+(-[\w-]+[^\s,]*(?:, -[\w-]+[^\s,]*)*)", line)
        if match:
            found |= {re.split(r"[=<]", word)[0] for word in match[1].split(", ")}
    return found


def reasons_of_page(page):
    found = {}
    for tag, text in tags(page):
        match = re.fullmatch(r"(DSU_\w+) +\((\d)\)", tag)
        if match:
            found[match[1]] = (match[2], text)
    return found


def reasons_of_definition(path):
    text = open(path).read()
    return {
        name: (status, words)
        for name, status, words in re.findall(
            r'^DSU_REASON\((\w+), (\d), "([^"]*)"\)', text, re.M
        )
    }


def compare_options(page):
    described, real = options_of_page(page), options_of_help(sys.stdin.read())
    if not real:
        return ["the help lists no option"]
    return [f"{name} is not in the manual page" for name in sorted(real - described)] + [
        f"{name} is in the manual page only" for name in sorted(described - real)
    ]


def compare_reasons(page, definition):
    described, real = reasons_of_page(page), reasons_of_definition(definition)
    statuses = {tag for tag, _ in tags(page)}
    problems = [f"{name} is in the manual page only" for name in described.keys() - real]
    for name, (status, words) in real.items():
        if name not in described:
            problems.append(f"{name} is not in the manual page")
        elif described[name][0] != status:
            problems.append(f"{name} has exit status {status}, not {described[name][0]}")
        elif not described[name][1].startswith(words):
            problems.append(f"{name} says '{words}'")
        if status not in statuses:
            problems.append(f"exit status {status} is not described")
    return problems if real else ["no reason is defined"]


what, *arguments = sys.argv[1:]
problems = {"options": compare_options, "reasons": compare_reasons}[what](*arguments)
print("\n".join(problems) or "all described")
sys.exit(bool(problems))
