#!/usr/bin/env bash
# Search on this machine: one Ray worker per core. All arguments go to `nasvid search`.
#   runners/local.sh search_spaces/quickstart.yaml --data data/moving-digits --out runs/first
set -euo pipefail
exec nasvid search --executor ray "$@"
