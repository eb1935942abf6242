"""security - puts a distribution's security fixes into a running server.

Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

What redis/security and memcached/security have in common.  For each fix: what
dsu-diff makes of it, and how the update goes on one server under load, on which
all fixes are stacked, then taken out in reverse order, then put in again; the
server's data is compared before and after.  Then all of them as a single patch.
Where there is a request that shows the bug, it is sent to throw-away servers that
have been updated up to the fix before, and up to this one.

dsu-diff's verdicts are compared with those in the server's own script, which were
reached by reading the fixes.  Exit status 1 if they differ, or anything fails.
"""
import argparse
import pathlib
import re
import subprocess

import live
from chain import APPLICABLE, APPS, Chain, say

VERDICTS = {0: "can be applied", 1: "nothing to do", 2: "needs a decision", 3: "refused"}
HARM = {0: "no harm", 1: "harm", 2: "unclear"}


class Judgement:
    """What a reader of the fix says: the verdict that is right (0 to 3, or None), from
    when on the fix is in force in a server that got it while it ran, and the bugs
    for which there is a harmful request."""

    def __init__(self, verdict, remark, requests=()):
        self.verdict, self.remark, self.requests = verdict, remark, requests


class Security:
    """To be derived from: name, judgements (by a part of the fix's name), and how
    to load a server and to look at its data."""

    def options(self):
        return []

    def judgement(self, fix):
        for part, judgement in self.judgements.items():
            if part in fix:
                return judgement
        # The distribution goes on making fixes; that is no mistake of ours.
        return Judgement(None, "not yet read")

    def run(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("--document", help="put the table into this file")
        parser.add_argument("--requests", type=int, default=2000, help="between two updates")
        arguments = parser.parse_args()
        self.requests = arguments.requests
        self.problems = []
        self.base, self.steps, self.whole = Chain(self.name).make()
        self.patches = [step for step in self.steps if step.status == APPLICABLE]
        for step in self.steps:
            self.expect(
                self.judgement(step.fix).verdict in (step.status, None),
                f"{step.fix}: dsu-diff says '{VERDICTS[step.status]}', a reader does not",
            )
        stacked = self.stack()
        single = self.at_once()
        harm = {step.fix: self.harm(step) for step in self.patches}
        lines = self.table(stacked["first"], harm) + self.account(stacked, single)
        if arguments.document:
            self.put_into(arguments.document, lines)
        else:
            print("\n".join(lines))
        for problem in self.problems:
            say(f"problem: {problem}")
        return 1 if self.problems else 0

    def expect(self, condition, text):
        if not condition:
            self.problems.append(text)

    def update(self, server, loads, text, action):
        """One update under load; what it took, and the failures around it."""
        before = loads.failures()
        loads.wait_for(self.requests)
        try:
            reply = action()
        except live.Refused as refusal:
            self.problems.append(f"{text}: {refusal}")
            return None
        loads.wait_for(self.requests)
        result = {key: reply[key] for key in ("attempts", "held_us", "flip_us")}
        result["failed"] = loads.failures() - before
        say(f"{text}: {result}")
        self.expect(result["failed"] == 0, f"{text}: {result['failed']} requests failed")
        self.expect(self.state(server) == self.first_state, f"{text}: the data are others")
        return result

    def loaded(self, server):
        """Fills the server with data of its own, and puts load on it."""
        self.fill(server)
        self.first_state = self.state(server)
        return live.Loads(*self.loads(server))

    def stack(self):
        """All in, all out in reverse order, all in again."""
        results = {"first": {}, "reverted": {}, "again": {}}
        with live.Server(self.name, self.base, *self.options()) as server:
            loads = self.loaded(server)
            for round in "first", "reverted", "again":
                order = self.patches[::-1] if round == "reverted" else self.patches
                for step in order:
                    text = f"{round}: {step.fix}"
                    action = lambda: (
                        server.revert() if round == "reverted" else server.apply(step.patch)
                    )
                    results[round][step.fix] = self.update(server, loads, text, action)
            results["total"] = self.finish(loads)
        return results

    def at_once(self):
        """The one patch that is made of all that can be applied."""
        if self.whole.status != APPLICABLE:
            self.problems.append("the single patch cannot be applied")
            return None
        with live.Server(self.name, self.base, *self.options()) as server:
            loads = self.loaded(server)
            apply = lambda: server.apply(self.whole.patch)
            result = self.update(server, loads, "all at once", apply)
            if result is None:
                loads.finish()
                return None
            self.update(server, loads, "all at once: revert", server.revert)
            self.update(server, loads, "all at once: again", apply)
            return dict(result or {}, total=self.finish(loads))

    def finish(self, loads):
        total = loads.finish()
        self.expect(total["failed"] + total["dropped"] == 0, f"at the end: {total}")
        return total

    def harm(self, step):
        """What the harmful requests do before and after the update."""
        results = []
        place = self.patches.index(step)
        for request in self.judgement(step.fix).requests:
            outcome = []
            for patches in self.patches[:place], self.patches[: place + 1]:
                with self.throw_away(request) as server:
                    for patch in patches:
                        server.apply(patch.patch)
                    outcome.append(self.send_harm(server, request))
            say(f"{request}: {' -> '.join(HARM[status] for status in outcome)}")
            self.expect(outcome == [1, 0], f"{request}: {outcome} is not harm, then none")
            results.append((request, outcome))
        return results

    def throw_away(self, request):
        return Doomed(self.name, self.base, *self.options())

    def send_harm(self, server, request):
        command = [APPS / self.name / "harmful", request, server.port]
        return subprocess.run([str(word) for word in command], stdout=subprocess.DEVNULL).returncode

    def table(self, applied, harm):
        lines = [
            "| | fix | functions in source / replaced / added | verdict | attempts | held | flip "
            "| failed requests | harmful request, before and after | in force |",
            "|--|--|--|--|--|--|--|--|--|--|",
        ]
        for number, step in enumerate(self.steps, 1):
            result = applied.get(step.fix)
            cells = [number, f"`{step.fix.removesuffix('.patch')}`"]
            cells.append(" / ".join(str(step.count(f)) for f in ("source", "replaced", "added")))
            cells.append(self.verdict(step))
            if result:
                times = [f"{result['held_us']:.0f} us", f"{result['flip_us']:.1f} us"]
                cells += [result["attempts"], *times, result["failed"]]
            else:
                cells += [""] * 4
            outcomes = harm.get(step.fix, ())
            cells.append(
                "; ".join(f"{bug}: {HARM[o[0]]}, then {HARM[o[1]]}" for bug, o in outcomes)
            )
            cells.append(self.judgement(step.fix).remark)
            lines.append("| " + " | ".join(str(cell) for cell in cells) + " |")
        return lines

    def verdict(self, step):
        words = [VERDICTS[step.status]]
        subjects = {}
        for finding in step.objections():
            subjects.setdefault(finding["code"], []).append(f"`{finding['subject']}`")
        words += [f"{code} of {', '.join(names)}" for code, names in subjects.items()]
        return ": ".join(words[:2]) + "".join(f"; {word}" for word in words[2:])

    def account(self, stacked, single):
        def times(results):
            held = [result["held_us"] for result in results.values() if result]
            flip = [result["flip_us"] for result in results.values() if result]
            return f"{len(held)} updates, held {max(held):.0f} us at most, flip {max(flip):.1f} us"

        def load(total):
            return (
                f"{total['requests']:,} requests, {total['failed']} failed, "
                f"{total['dropped']} connections lost, slowest reply "
                f"{total['max_us'] / 1000:.0f} ms"
            )

        lines = [
            "",
            f"- All in, one upon the other: {times(stacked['first'])}.",
            f"- All out again, the newest first: {times(stacked['reverted'])}.",
            f"- All in once more: {times(stacked['again'])}.",
            f"- Under load all the time: {load(stacked['total'])}.",
        ]
        if single:
            lines.append(
                f"- All of them as one patch ({self.whole.report['replaced']} functions replaced, "
                f"{self.whole.report['added']} added): held {single['held_us']:.0f} us, flip "
                f"{single['flip_us']:.1f} us, {single['attempts']} attempts; "
                f"{load(single['total'])}."
            )
        return lines

    def put_into(self, document, lines):
        """Between the document's markers for this server."""
        path = pathlib.Path(document)
        begin, end = (f"<!-- {word}: {self.name}/security -->" for word in ("begin", "end"))
        text = path.read_text()
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        block = "\n".join([begin, *lines, end])
        if not pattern.search(text):
            raise SystemExit(f"error: {document} has no line '{begin}'")
        path.write_text(pattern.sub(lambda _: block, text))


class Doomed(live.Server):
    """A server that may die of what it gets."""

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        self.directory.cleanup()
