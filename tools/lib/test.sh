# shellcheck shell=bash
# test.sh - runs the tests by lit and counts them.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The counts come from lit's own result file.  A test that lit could not run or
# that passed against expectation counts as failed.  Sourced by tools/dev.

# Debian's own interpreter: psutil, which lit's time limit needs, is its package.
PYTHON=/usr/bin/python3
PASSED=0
FAILED=0
SKIPPED=0

# Turns lit's lines into one per failure and one per so many tests.
show_progress() {
  awk '
    { print >> log_file; fflush(log_file) }
    match($0, /^(PASS|FAIL|XFAIL|XPASS|UNRESOLVED|TIMEOUT|UNSUPPORTED|FLAKYPASS): /) {
      bad = /^(FAIL|XPASS|UNRESOLVED|TIMEOUT)/
      failures += bad
      if (bad) print "dev: " $0
      if (++count % 25 == 0) {
        of = $0
        sub(/.*\([0-9]+ of /, "", of); sub(/\).*/, "", of)
        print "dev: " count " of " of " tests done, " failures + 0 " failed"
      }
      fflush()
    }' log_file="$LOG"
}

count_results() { # JSON
  "$PYTHON" - "$1" <<'END'
import collections, json, sys
codes = collections.Counter(t["code"] for t in json.load(open(sys.argv[1]))["tests"])
passed = codes["PASS"] + codes["XFAIL"] + codes["FLAKYPASS"]
skipped = codes["UNSUPPORTED"] + codes["EXCLUDED"] + codes["SKIPPED"]
print(passed, sum(codes.values()) - passed - skipped, skipped)
END
}

# What a failed test said last, for those who see no more than what is printed.
show_failures() { # JSON
  "$PYTHON" - "$1" <<'END'
import json, sys
LINES, WIDTH = 20, 240
for test in json.load(open(sys.argv[1]))["tests"]:
    if test["code"] in ("FAIL", "XPASS", "UNRESOLVED", "TIMEOUT"):
        said = [line for line in test.get("output", "").splitlines() if line.strip(" *-")]
        print(f"dev: {test['code']}: {test['name']} ended so:")
        print("\n".join(f"    {line[:WIDTH]}" for line in said[-LINES:]))
END
}

# What could not run, and why.
show_skipped() { # JSON
  "$PYTHON" - "$1" <<'END'
import json, sys
for test in json.load(open(sys.argv[1]))["tests"]:
    if test["code"] == "UNSUPPORTED":
        why = test.get("output", "").strip().removeprefix("Test requires the following unavailable features: ")
        print(f"dev: cannot run here: {test['name']} ({why})")
END
}

run_tests() { # BUILD-DIRECTORY LLVM LIT-OPTIONS...
  local build=$1 llvm=$2 lit results passed failed skipped status=0
  shift 2
  # Where it lies has changed between versions.
  lit=/usr/lib/llvm-$llvm/build/utils/lit/lit.py
  [[ -f $lit ]] || lit=/usr/lib/llvm-$llvm/bin/lit
  [[ -f $lit ]] || die "lit is not in /usr/lib/llvm-$llvm: is llvm-$llvm-tools installed?"
  results=$build/test-results.json
  rm -f "$results"
  say "testing with LLVM $llvm"
  PYTHONUNBUFFERED=1 "$PYTHON" "$lit" -v --timeout 600 -o "$results" "$@" "$build/test" 2>&1 |
    show_progress || status=$?
  [[ -f $results ]] || tail -n 3 "$LOG" >&2
  [[ -f $results ]] || die "lit ended with status $status before there were results; the full log is in $LOG"
  show_failures "$results"
  show_skipped "$results"
  read -r passed failed skipped < <(count_results "$results")
  PASSED=$((PASSED + passed))
  FAILED=$((FAILED + failed))
  SKIPPED=$((SKIPPED + skipped))
}
