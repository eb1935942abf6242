# ===- variant.py - another version of a generated program ------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Changes a program that Csmith made so that much of it compiles to other code
# and all of it computes the same, whatever the moment at which one version takes
# over from the other: added statements touch added variables only.
#
# Csmith's functions are easy to find: "static TYPE  func_N(PARAMETERS)" at a
# line's start, a prototype or followed by a line that begins with a brace; it
# never takes their addresses.
#
# ===----------------------------------------------------------------------===#

import re

HEAD = re.compile(r"^(static .*?\b(func_\d+))\((.*)\)(;?)$", re.M)
STRUCTURE = re.compile(r"\b(struct|union)\s+\w+\s+\w+")
SINK = "static volatile unsigned dsu_sink;\n"


def function_names(text):
    return sorted({m[2] for m in HEAD.finditer(text)}, key=lambda n: int(n[5:]))


def add_statements(text, name, statements):
    """Statements at the start of a function's body."""
    head = re.compile(rf"^(static .*?\b{name}\(.*\)\n\{{[^\n]*\n)", re.M)
    return head.sub(lambda m: m[1] + f"    {statements}\n", text, count=1)


def add_globals(text, globals_):
    """Before the first prototype, after what was added before."""
    at = HEAD.search(text).start()
    return text[:at] + globals_ + text[at:]


def new_statement(text, name, random):
    return add_statements(text, name, f"dsu_sink += {random.randrange(1, 1000)};")


def new_global(text, name, random):
    text = add_statements(text, name, f"dsu_of_{name} ^= dsu_sink++;")
    return add_globals(text, f"static unsigned dsu_of_{name} = {random.randrange(1000)};\n")


def new_static_local(text, name, random):
    size = random.randrange(1, 9)
    return add_statements(
        text, name, f"static unsigned dsu_seen[{size}]; dsu_sink += dsu_seen[dsu_sink % {size}]++;")


def new_helper(text, name, random):
    how = random.choice(["", "__attribute__((noinline)) "])
    a, b = random.randrange(3, 99), random.randrange(1000)
    text = add_statements(text, name, f"dsu_sink = dsu_help_{name}(dsu_sink);")
    return add_globals(text, f"static {how}unsigned dsu_help_{name}(unsigned x) "
                             f"{{ return x * {a} + {b} + (dsu_sink & 1); }}\n")


def new_thread_local(text, name, random):
    text = add_statements(text, name, f"dsu_sink += dsu_mine_{name}--;")
    return add_globals(text, f"static __thread unsigned dsu_mine_{name} = {random.randrange(99)};\n")


def new_string(text, name, random):
    word = "".join(random.choices("abcdefgh", k=random.randrange(1, 20)))
    return add_statements(text, name, f'dsu_sink += "{word}"[dsu_sink % {len(word)}];')


def new_loop(text, name, random):
    return add_statements(text, name, f"for (unsigned i = 0; i < {random.randrange(2, 9)}; i++) "
                                      "dsu_sink += i;")


def takes_structure(text, name):
    """By value: calls may go by the symbol (design, traps), which keeps its signature."""
    heads = filter(None, map(HEAD.match, text.split("\n")))
    return any(m[2] == name and STRUCTURE.search(m[3]) for m in heads)


def new_parameter(text, name, random):
    """One more parameter, in prototype, definition and all calls."""
    if takes_structure(text, name):
        return text
    value = random.randrange(100)

    def head(m):
        if m[2] != name:
            return m[0]
        rest = "" if m[3].strip() == "void" else ", " + m[3]
        return f"{m[1]}(unsigned dsu_more{rest}){m[4]}"

    lines = []
    for line in text.split("\n"):
        if HEAD.match(line):
            lines.append(HEAD.sub(head, line))
        elif line.lstrip().startswith("*"):
            lines.append(line)
        else:
            line = re.sub(rf"\b{name}\(\)", f"{name}({value})", line)
            lines.append(re.sub(rf"\b{name}\((?!{value}\))", f"{name}({value}, ", line))
    return add_statements("\n".join(lines), name, "dsu_sink += dsu_more;")


def new_inlining(text, name, random):
    attribute = random.choice(["noinline", "cold", "noinline"])
    return re.sub(rf"^static (.*?\b{name}\(.*\);)$", rf"static __attribute__(({attribute})) \1",
                  text, count=1, flags=re.M)


CHANGES = [new_statement, new_global, new_static_local, new_helper, new_thread_local, new_string,
           new_loop, new_parameter, new_inlining]


def make_variant(text, random):
    """The other version, and what was done: [(function, change)]."""
    names = function_names(text)
    count = random.randint(1, max(1, len(names) // 2))
    # func_1 runs from start to end; when it changes, there are few moments.
    pool = names[1:] if len(names) > 1 and random.random() < 0.8 else names
    text, done = add_globals(text, SINK), []
    for name in random.sample(pool, min(count, len(pool))):
        changes = random.sample(CHANGES, random.randint(1, 3))
        # A parameter changes the head that the others look for last of all.
        changes.sort(key=lambda c: c in (new_parameter, new_inlining))
        for change in changes:
            text = change(text, name, random)
            done.append((name, change.__name__))
    return text, done
