#!/bin/sh
# just-started.sh PROGRAM LIBRARY - asks a process that has not come past LIBRARY's
# constructor, which prints the process' number and then takes its time.
#
# Part of the DSU project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
set -e
said=$(mktemp -u)
mkfifo "$said"
LD_PRELOAD=$2 "$1" > "$said" &
read -r pid < "$said"
rm "$said"
status=0
dsuctl status "$pid" || status=$?
kill "$pid"
exit $status
