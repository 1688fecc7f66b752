#!/bin/sh
# Counts up in a file, each time under a command that takes a lock and then runs what it is given:
#
#   count.sh TURNS FILE etcdctl lock NAME --
#
# Without a command it counts without locks. It begins when a line comes in.
turns=$1
file=$2
shift 2
echo ready
read -r _
while [ "$turns" -gt 0 ]; do
  "$@" sh -c 'count=$(cat "$1"); sleep 0.001; echo $((count + 1)) >"$1"' sh "$file" || exit
  turns=$((turns - 1))
done
