# shellcheck shell=bash
# lib.sh - what the scripts that fetch and build real servers share.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Real servers come from Debian's source packages: an upstream release, and the
# distribution's security patches as separate files.  That gives true version
# pairs ("upstream", "upstream and the first n security patches") without any
# third-party code in this repository.  Sourced by bash scripts.

set -euo pipefail

APPS_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
DSU_CACHE=${DSU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/dsu}
# Where the toolchain under test is, and the LLVM that it belongs to.
DSU_BUILD=${DSU_BUILD:-$(cd "$APPS_DIR/../.." && pwd)/build}
DSU_LLVM=${DSU_LLVM:-19}

die() {
  echo "${0##*/}: error: $*" >&2
  exit 1
}

note() { echo "${0##*/}: $*" >&2; }

# Names of the security patches in an unpacked source package, in the order in
# which the distribution applies them: those whose file name or whose
# description (not whose body) names a CVE.
security_patches() { # SOURCE_TREE
  local patches=$1/debian/patches name
  while read -r name _; do
    [[ -z $name || $name == \#* ]] && continue
    if [[ $name == *CVE* ]] ||
      sed '/^\(diff \|--- \|---$\)/,$d' "$patches/$name" | grep -q 'CVE-[0-9]'; then
      echo "$name"
    fi
  done <"$patches/series"
}

# The security patches of a version: upstream (none), patched (all), a number
# (the first so many), or names (each matched by a part of it) with commas.
patches_of_version() { # SOURCE_TREE VERSION
  local tree=$1 version=$2 all names word match
  all=$(security_patches "$tree")
  case $version in
  upstream | broken | touched) ;;
  patched) echo "$all" ;;
  [0-9] | [0-9][0-9]) sed -n "1,${version}p" <<<"$all" ;;
  *)
    IFS=, read -ra names <<<"$version"
    for word in "${names[@]}"; do
      match=$(grep -F -- "$word" <<<"$all") || die "no security patch is called like '$word'; there are:
$all"
      echo "$match"
    done
    ;;
  esac
}

# Two versions are made by no patch but by a script, in a fresh source tree.
version_script() { # NAME VERSION
  case $2 in
  broken) echo "$APPS_DIR/$1/break" ;;
  touched) echo "$APPS_DIR/common/touch" ;;
  esac
}

# Takes patches out of a tree or puts them in; their names come from stdin.  What
# a fix adds to the tests may not fit where another fix is left out; that does
# no harm to the program.
patch_source_tree() { # SOURCE_TREE TARGET PATCH-OPTION...
  local tree=$1 target=$2 name status
  shift 2
  while read -r name; do
    [[ -z $name ]] && continue
    note "patching: $* $name"
    status=0
    patch -d "$target" -p1 -s -f --no-backup-if-mismatch "$@" \
      <"$tree/debian/patches/$name" >"$target/.dsu-patch.log" || status=$?
    if [[ $status -gt 1 ]] || find "$target" -name '*.rej' \
      -not -path "$target/tests/*" -not -path "$target/t/*" | grep -q .; then
      cat "$target/.dsu-patch.log" >&2
      die "$name does not apply to ${tree##*/}"
    fi
    find "$target" -name '*.rej' -delete
  done
}

# Makes TARGET a fresh copy of the source tree in the given version.
make_source_tree() { # SOURCE_TREE VERSION TARGET
  local tree=$1 version=$2 target=$3
  rm -rf "$target"
  mkdir -p "$(dirname "$target")"
  cp -a "$tree" "$target"
  # What is in the tree is noted, so that it can be made another version.
  patches_of_version "$tree" "$version" >"$target/.dsu-patches"
  patch_source_tree "$tree" "$target" <"$target/.dsu-patches"
}

# Turns TARGET into another version: the patches with which the two versions do
# not begin alike are taken out and put in.
change_source_tree() { # SOURCE_TREE VERSION TARGET
  local tree=$1 version=$2 target=$3 common
  # A tree that is left in the middle of this belongs to no version.
  mv "$target"/.dsu-patches{,.old}
  patches_of_version "$tree" "$version" >"$target/.dsu-patches.new"
  common=$(paste -d '|' "$target"/.dsu-patches.{old,new} |
    awk -F '|' '$1 != $2 { exit } { n++ } END { print n + 0 }')
  tail -n +$((common + 1)) "$target/.dsu-patches.old" | tac |
    patch_source_tree "$tree" "$target" -R
  tail -n +$((common + 1)) "$target/.dsu-patches.new" |
    patch_source_tree "$tree" "$target"
  mv "$target"/.dsu-patches{.new,}
}

# Sets CC, AR, RANLIB, NM, CFLAGS and LDFLAGS for a variant.
set_compiler() { # VARIANT SOURCE_TREE
  local llvm=/usr/lib/llvm-$DSU_LLVM/bin
  export AR=$llvm/llvm-ar RANLIB=$llvm/llvm-ranlib NM=$llvm/llvm-nm
  case $1 in
  plain)
    export CC=$llvm/clang CFLAGS="-O2 -g -flto"
    export LDFLAGS="-flto -fuse-ld=lld --ld-path=$llvm/ld.lld"
    ;;
  dsu)
    export CC=$DSU_BUILD/bin/dsu-cc CFLAGS="-O2 -g" LDFLAGS=
    export DSU_ROOT=$2
    [[ -x $CC ]] || die "$CC is missing: run tools/dev build, or set DSU_BUILD"
    ;;
  *) die "unknown variant '$1': plain or dsu" ;;
  esac
}

# What a build depends on besides its sources: a build is made again when this
# changes.
toolchain_key() { # VARIANT
  "$CC" --version | head -1
  [[ $1 == plain ]] || sha256sum "$DSU_BUILD"/bin/dsu-cc \
    "$DSU_BUILD"/lib/{DSUPass.so,libdsu_rt.a,dsu_rt.syms}
}

# What a build script is to do, by its first option:
#   (none)    build in a fresh tree, unless this very build is there
#   --again   change the tree that is there into this version and compile what
#             that concerns, unless this very build is there
#   --program-file
#             the same, but make only the program file (PROGRAM.dsu.bc), which is
#             all that dsu-diff wants of a new version: PROGRAM is bitcode, made
#             in a third of the time
BUILD_MODE=normal
# Whether the tree is a fresh one.
FRESH=yes

# For a link: what makes an end of it where the program file is written.
link_options() {
  [[ $BUILD_MODE != program-file ]] || echo "-Wl,--lto-emit-llvm"
}

# Reads the mode; the number of arguments that it takes is the status.
read_build_mode() { # ARGUMENT
  case ${1-} in
  --again | --program-file) BUILD_MODE=${1#--} ;;
  --*) die "unknown option '$1': --again or --program-file" ;;
  *) return 0 ;;
  esac
  return 1
}

# The frame of every build script: build NAME VARIANT VERSION OUTDIR COMMAND.
# COMMAND runs in the source tree, its output goes to OUTDIR.log.  A build that
# is there already and was made by the same tools is left as it is.
build_application() { # NAME VARIANT VERSION OUTDIR SCRIPT COMMAND...
  local name=$1 variant=$2 version=$3 out script=$5 tree key maker
  out=$(realpath -m "$4")
  shift 5
  mkdir -p "$(dirname "$out")"
  # Tests may want the same build at the same time.
  exec 8>"$out.lock"
  flock 8
  tree=$("$APPS_DIR/fetch" "$name")
  set_compiler "$variant" "$out"
  maker=$(version_script "$name" "$version")
  key=$(
    # shellcheck disable=SC2086 # there may be no such script
    cat "$script" "${BASH_SOURCE[0]}" $maker
    echo "$name $variant $version $out $* $CFLAGS $LDFLAGS $(link_options)"
    patches_of_version "$tree" "$version"
    toolchain_key "$variant"
  )
  if [[ -f $out/.dsu-build-key && $(<"$out/.dsu-build-key") == "$key" ]]; then
    return
  fi
  if [[ $BUILD_MODE != normal && -z $maker && -f $out/.dsu-patches ]] &&
    [[ $(<"$out/.dsu-toolchain") == "$(toolchain_key "$variant")" ]]; then
    FRESH=no
    rm -f "$out/.dsu-build-key"
    change_source_tree "$tree" "$version" "$out"
  else
    make_source_tree "$tree" "$version" "$out"
    toolchain_key "$variant" >"$out/.dsu-toolchain"
    if [[ -n $maker ]]; then
      echo "$version" >"$out/.dsu-patches" # nothing can be made of this tree
      (cd "$out" && "$maker" "$name") || die "${maker##*/} found nothing to change in $name"
    fi
  fi
  note "building $name ($variant, $version), log in $out.log"
  (cd "$out" && set -x && "$@") >"$out.log" 2>&1 8>&- || {
    tail -n 20 "$out.log" >&2
    die "building $name failed; the whole log is in $out.log"
  }
  echo "$key" >"$out/.dsu-build-key"
}
