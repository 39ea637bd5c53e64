#!/usr/bin/env bash
# Search on a running Ray cluster. The first argument is its address; the others go to
# `nasvid search`. Data and package must be at the same path on every node.
#   runners/ray_cluster.sh 10.0.0.1:6379 search_spaces/quickstart.yaml --data /shared/data --out /shared/runs/first
set -euo pipefail
if [ "$#" -lt 2 ]; then
  echo "usage: runners/ray_cluster.sh ADDRESS SPACE.yaml --data DIR --out RUN ..." >&2
  exit 2
fi
address="$1"
shift
exec nasvid search --executor ray --address "$address" "$@"
