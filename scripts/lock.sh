#!/usr/bin/env bash
# Writes requirements.txt of every image family and requirements.lock of the host, pinned and hashed.
# Usage: scripts/lock.sh [--upgrade]
#
# The images first, the host after them and held to their versions: a unit test on the host then sees the numpy that
# the proctor will see.
set -euo pipefail
cd "$(dirname "$0")/.."

compile=(.venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11
    --custom-compile-command "make lock" "$@")

host=()
for wanted in sandbox/images/*/requirements.in; do
    locked=${wanted%.in}.txt
    "${compile[@]}" --python-platform linux "$wanted" --output-file "$locked"
    host+=(--constraints "$locked")
done
"${compile[@]}" --universal --all-extras "${host[@]}" pyproject.toml --output-file requirements.lock
