#!/usr/bin/env bash
# Writes requirements.txt and packages.txt of every image family, and requirements.lock of the host, pinned and hashed.
# Usage: scripts/lock.sh [--upgrade]
#
# A family is held to the versions of the one it builds on, unless its own requirements.in names a library otherwise:
# so one version of each is stored once. The images first, the host after python-ml and held to its versions: a unit
# test on the host then sees the numpy that the proctor will see. uv does not read pip's settings; where pip is told of
# a folder or page of wheels (PyTorch's for the CPU, say), it is told too.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

images=sandbox/images
export UV_FIND_LINKS=${UV_FIND_LINKS:-${PIP_FIND_LINKS:-}}
compile=(.venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.11
    --custom-compile-command "make lock" "$@")
held=$(mktemp -d)
trap 'rm -rf "$held"' EXIT

# builds_on FAMILY: the family below it, or nothing
builds_on() { sed -n 's#^ARG BASE=grader/\([a-z0-9-]*\):.*#\1#p' "$images/$1/Dockerfile"; }

# constraints FAMILY: what it is held to, one pin a line
constraints() {
    local below own
    below=$(builds_on "$1")
    [ -n "$below" ] || return 0
    own=$(sed -n 's/^\([a-z0-9._-]*\).*/\1/p' "$images/$1/requirements.in" | grep . | sed 's/^/^/; s/$/==/')
    { constraints "$below"; cat "$images/$below/requirements.txt" 2>/dev/null || true; } |
        sed -n 's/^\([a-z0-9._-]*==[^ ;\\]*\).*/\1/p' | { grep -v "$own" || true; } | sort -u
}

# lock FAMILY: its libraries, after those of the family that it builds on
lock() {
    local below
    [ -f "$images/$1/requirements.in" ] && [ ! -f "$held/$1" ] || return 0
    below=$(builds_on "$1")
    [ -z "$below" ] || lock "$below"
    constraints "$1" >"$held/$1"
    [ ! -s "$held/$1" ] || set -- "$1" --no-annotate # it would name the file of constraints, which is gone soon
    "${compile[@]}" --python-platform linux --only-binary :all: "${@:2}" "$images/$1/requirements.in" \
        --constraints "$held/$1" --output-file "$images/$1/requirements.txt"
}

for wanted in "$images"/*/requirements.in; do
    lock "$(basename "$(dirname "$wanted")")"
done
"${compile[@]}" --universal --all-extras --constraints "$images/python-ml/requirements.txt" \
    pyproject.toml --output-file requirements.lock

# --- Debian's packages, as the base image's own mirror has them ------------------------------------------------------

scripts/docker.sh
scripts/base-image.sh
base=$(.venv/bin/python -c 'from grader.sandbox import docker, images; print(images.default_base(docker.connect()))')
for wanted in "$images"/*/packages.in; do
    # shellcheck disable=SC2046 # one name a word
    docker run --rm --interactive --network host "${GRADER_IMAGE_BASE:-$base}" sh -s \
        $(grep -v '^#' "$wanted") >"$held/packages" <<'IN_THE_BASE'
apt-get -qq update >&2
for name; do
    version=$(apt-cache policy "$name" | sed -n 's/^  Candidate: //p')
    [ -n "$version" ] && [ "$version" != "(none)" ] || { echo "no package $name here" >&2; exit 5; }
    echo "$name=$version"
done
IN_THE_BASE
    { printf '# Made by make lock.\n'; cat "$held/packages"; } >"${wanted%.in}.txt"
done
