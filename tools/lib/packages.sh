# shellcheck shell=bash
# packages.sh - installs the Debian packages that a job needs.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# What is there is found out by dpkg-query alone, so that a machine that has
# everything never waits for apt.  The package lists are only updated when an
# installation fails without.  Sourced by tools/dev.

# Packages of the given groups, one a line.
list_packages() { # LLVM GROUP...
  local llvm=$1 group
  shift
  for group; do
    sed -n "s/^${group}[[:space:]]\{1,\}//p" "$TOOLS/lib/packages"
  done | sed "s/@LLVM@/$llvm/" | sort -u
}

missing_packages() { # PACKAGE...
  local installed
  installed=$(dpkg-query -W -f='${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null |
    sed -n 's/^[ih]i //p' || true)
  comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

as_root() {
  if [[ $(id -u) == 0 ]]; then
    "$@"
  else
    sudo -E "$@"
  fi
}

apt_install() { # PACKAGE...
  DEBIAN_FRONTEND=noninteractive as_root apt-get install -y -q \
    --no-install-recommends -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 "$@"
}

have_package_lists() {
  compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null
}

update_and_install() { # PACKAGE...
  as_root apt-get update -q && apt_install "$@"
}

install_packages() { # LLVM GROUP...
  local missing=() all=()
  mapfile -t all < <(list_packages "$@")
  mapfile -t missing < <(missing_packages "${all[@]}")
  [[ ${#missing[@]} -gt 0 ]] || return 0
  command -v apt-get >/dev/null ||
    die "these Debian packages are missing, and there is no apt-get: ${missing[*]}"
  say "these packages are missing: ${missing[*]}"
  [[ $(id -u) == 0 ]] || command -v sudo >/dev/null ||
    die "root is needed to install them, and there is no sudo"
  # A fresh container has no package lists; old ones may name what is gone.
  if have_package_lists && try_step "apt-get install" apt_install "${missing[@]}"; then
    return 0
  fi
  step "apt-get update and install (a minute or two)" update_and_install "${missing[@]}"
}
