#!/usr/bin/env bash
# Prints the settings of a Docker engine (/etc/docker/daemon.json) that let it run boxes in gVisor: `runsc` as a runtime
# beside runc. Without a network of its own: no box has one, and gVisor need not set one up.
set -euo pipefail
runsc=$(command -v runsc) || { printf 'error: runsc is not installed\n  try: apt-get install runsc\n' >&2; exit 5; }
printf '{"runtimes": {"runsc": {"path": "%s", "runtimeArgs": ["--network=none"]}}}\n' "$runsc"
