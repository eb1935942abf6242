#===- drive.py - runs a program and talks to it -----------------------------===#
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# drive.py [--args=A,B] [--as=UID] PROGRAM COMMAND...
#
# Starts PROGRAM, which answers each line that it reads with one line (see
# serve.h), carries out the commands in order, and says at the end whether the
# program still serves.  Nothing here sleeps: each command ends when there is
# an answer.  What it prints is for FileCheck.
#
#   ask LINE        sends LINE, prints "LINE: answer"
#   send LINE       sends LINE, does not wait for an answer
#   get             prints the next line that the program writes
#   apply ARGS      dsuctl apply ARGS, with the process put in; prints what it
#   check, revert,  says (both streams) and "exit STATUS"
#   status
#   try PATCH       remembers the program's state (see state.py), applies PATCH,
#                   and says whether anything is different: "unchanged" or what;
#                   then once more, without output, where nothing may be
#   dsuctl ARGS     any other call; $PID stands for the process
#   run COMMAND     a shell command with PID and PROGRAM in its environment;
#                   prints its output, and its status if it is not 0
#   start COMMAND   the same in the background; `join` prints output and status
#   keep, same      remember the program's state, and compare with it
#   pid LINE        sends LINE; the answer is the process that later commands mean
#   end             closes the program's input and prints how it ended
#
#===-------------------------------------------------------------------------===#
import os
import signal
import subprocess
import sys

import state

PATIENCE = 60  # seconds; a test that takes longer hangs


class Driver:
    def __init__(self, program, arguments, uid):
        self.program = program
        self.background = []
        self.kept = None
        self.process = subprocess.Popen(
            [program] + arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            user=uid,
        )
        self.pid = self.process.pid
        signal.signal(signal.SIGALRM, self.give_up)
        signal.alarm(PATIENCE)

    def give_up(self, *_):
        self.say(f"drive.py: gave up after {PATIENCE} s")
        self.process.kill()
        os._exit(2)

    def say(self, *words):
        print(*words, flush=True)

    def send(self, line):
        try:
            self.process.stdin.write(line + "\n")
        except BrokenPipeError:
            pass

    def get(self):
        answer = self.process.stdout.readline()
        return answer.rstrip("\n") if answer else "no answer"

    def answer(self, line):
        self.send(line)
        return self.get()

    def environment(self):
        return dict(os.environ, PID=str(self.pid), PROGRAM=self.program)

    def shell(self, command):
        return subprocess.Popen(
            command,
            shell=True,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self.environment(),
        )

    def dsuctl(self, words):
        child = self.shell("exec dsuctl " + words)
        self.say(child.communicate()[0].rstrip("\n"))
        self.say("exit", child.returncode)

    def carry_out(self, command):
        verb, _, rest = command.strip().partition(" ")
        rest = rest.strip()
        if verb == "ask":
            self.say(f"{rest}: {self.answer(rest)}")
        elif verb == "send":
            self.send(rest)
        elif verb == "get":
            self.say(self.get())
        elif verb in ("apply", "check", "revert", "status"):
            self.dsuctl(f"{verb} {self.target(rest)}")
        elif verb == "dsuctl":
            self.dsuctl(rest)
        elif verb == "try":
            self.attempt(rest)
        elif verb == "run":
            child = self.shell(rest)
            self.say(child.communicate()[0].rstrip("\n"))
            if child.returncode:
                self.say("exit", child.returncode)
        elif verb == "start":
            self.background.append(self.shell(rest))
        elif verb == "join":
            child = self.background.pop(0)
            self.say(child.communicate()[0].rstrip("\n"))
            self.say("exit", child.returncode)
        elif verb == "keep":
            self.kept = state.of(self.pid, self.program)
        elif verb == "same":
            self.compare()
        elif verb == "pid":
            self.pid = int(self.answer(rest))
        elif verb == "end":
            self.process.stdin.close()
            self.say("ended", self.process.wait())
        else:
            sys.exit(f"drive.py: unknown command '{command}'")

    def target(self, words):
        """Options first, then the process, then the rest."""
        options = [w for w in words.split() if w.startswith("--")]
        others = [w for w in words.split() if not w.startswith("--")]
        return " ".join(options + [str(self.pid)] + others)

    def attempt(self, patch):
        command = f"apply --timeout=1s {self.pid} {patch}"
        before = state.of(self.pid, self.program)
        self.dsuctl(command)
        between = state.of(self.pid, self.program)
        self.shell("dsuctl " + command).communicate()
        after = state.of(self.pid, self.program)
        self.report(
            state.compare(before, between, strict=False)
            + state.compare(between, after, strict=True)
        )

    def compare(self):
        now = state.of(self.pid, self.program)
        self.report(state.compare(self.kept, now, strict=False))

    def report(self, differences):
        for difference in differences:
            self.say("DIFFERENT", difference)
        if not differences:
            self.say("unchanged")

    def finish(self):
        if self.process.stdin.closed:
            return
        if self.process.poll() is None and self.answer("hello") == "hello":
            self.say("serving")
        else:
            self.say("gone", self.process.wait())
        for child in self.background:
            child.kill()
        self.process.kill()
        self.process.wait()


def main():
    arguments, uid, words = [], None, sys.argv[1:]
    while words and words[0].startswith("--"):
        option, _, value = words.pop(0).partition("=")
        if option == "--args":
            arguments = value.split(",")
        elif option == "--as":
            uid = int(value)
        else:
            sys.exit(f"drive.py: unknown option '{option}'")
    driver = Driver(words[0], arguments, uid)
    for command in words[1:]:
        driver.carry_out(command)
    driver.finish()


main()
