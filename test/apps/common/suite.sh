# shellcheck shell=bash
# suite.sh - runs servers' own test suites, and compares what passes.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# An updatable program behaves as the plain one until it is updated: so the same
# tests of its own suite have to pass.  Not all of them must pass (some fail for
# reasons of the machine), and what is compared are the names of those that do.
# Sourced by the scripts called suite, which define run_suite TREE SUBSET: it runs
# the tests in the built tree, with the subset's or all, and prints the names.

source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

suite_usage() {
  die "usage: suite plain|dsu VERSION [--subset|--only 'TEST...'] [--tree BUILT-TREE]
       suite --compare PLAIN-LIST DSU-LIST"
}

# Exit status 1 if the lists differ, or there is nothing in them.
compare_suites() { # LIST LIST
  local plain=$1 dsu=$2 differences
  [[ -s $plain ]] || die "no test passes in the plain build"
  differences=$(diff -a "$plain" "$dsu" |
    sed -n 's/^</passes only in the plain build:/p; s/^>/passes only in the updatable build:/p') || true
  if [[ -n $differences ]]; then
    echo "$differences"
    return 1
  fi
  echo "$(wc -l <"$plain") tests pass in both builds"
}

run_suite_script() { # NAME TARGETS ARGUMENT...
  local name=$1 targets=$2 variant=${3-} version=${4-} subset=all tree=
  shift 2
  if [[ ${1-} == --compare && $# == 3 ]]; then
    compare_suites "$2" "$3"
    return
  fi
  [[ $variant =~ ^(plain|dsu)$ && -n $version ]] || suite_usage
  shift 2
  while [[ $# -gt 0 ]]; do
    case $1 in
    --subset) subset=subset ;;
    --only)
      subset=subset
      read -ra SUBSET <<<"${2-}"
      shift
      ;;
    --tree)
      tree=${2-}
      shift
      ;;
    *) suite_usage ;;
    esac
    shift
  done
  if [[ -z $tree ]]; then
    tree=$DSU_BUILD/test/apps/builds/$name-suite-$variant-$version
    # shellcheck disable=SC2086 # targets are words
    "$APPS_DIR/$name/build" "$variant" "$version" "$tree" $targets
  fi
  run_suite "$tree" "$subset" | LC_ALL=C sort -u
}
