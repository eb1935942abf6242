# shellcheck shell=bash
# steps.sh - shows progress in short lines and keeps the full log in a file.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Sourced by tools/dev.

say() { echo "dev: $*"; }

die() {
  echo "dev: error: $*" >&2
  exit 1
}

# Opens the log: LOG is its name.
open_log() { # JOB
  LOG=$ROOT/build/log/$1-$(date +%Y%m%d-%H%M%S)-$$.log
  { mkdir -p "$ROOT/build/log" && : >"$LOG"; } 2>/dev/null ||
    die "$LOG cannot be written; use a clone of your own"
  say "the full log goes to $LOG"
}

# Says every so often how far a long step is: the last line of the log.
show_progress_of() { # WHAT
  local start=$SECONDS
  # Without output, which it would keep open; and it misses an interrupt.
  while sleep 30 >/dev/null 2>&1 && kill -0 $$ 2>/dev/null; do
    say "$1: $(tail -n 1 "$LOG" | cut -c 1-60) ($((SECONDS - start)) s so far)"
  done
}

# Runs a command with its output in the log; prints what and how long.
try_step() { # WHAT COMMAND...
  local what=$1 start=$SECONDS status=0 watcher
  shift
  printf '\n=== %s: %s\n' "$what" "$*" >>"$LOG"
  show_progress_of "$what" &
  watcher=$!
  "$@" >>"$LOG" 2>&1 || status=$?
  kill "$watcher" && wait "$watcher" || true
  if [[ $status == 0 ]]; then
    say "$what: done ($((SECONDS - start)) s)"
  else
    say "$what: failed with status $status ($((SECONDS - start)) s)"
  fi
  return $status
}

# The same, but its failure is the end.
step() { # WHAT COMMAND...
  try_step "$@" && return
  tail -n 30 "$LOG" >&2
  die "$1 failed; the full log is in $LOG"
}
