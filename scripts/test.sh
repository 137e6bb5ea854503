#!/usr/bin/env bash
# Checks the project from a bare machine on, part by part. Usage: scripts/test.sh [test|all|study]
#
#   test    what CI runs and a pull request has to pass
#   all     everything there is to check, each thing once: about two hours
#   study   many seeds and mutants: how good the checks themselves are
#
# A part that fails does not stop the parts after it: one run says all that is wrong. Only what everything else stands
# on does (the environment, the engine, the images). Tests read their tier from CHECK_TIER; which image families it has is
# in tests/tiers.py: the light ones and, in the quick tier, one more by the commit's hash (or CHECK_FAMILY=NAME).
set -euo pipefail
cd "$(dirname "$0")/.."

export CHECK_TIER=${1:-test}
case "$CHECK_TIER" in
    test | all | study) ;;
    *) printf 'usage: scripts/test.sh [test|all|study]\n' >&2; exit 2 ;;
esac

whole="make $CHECK_TIER"
[ "$CHECK_TIER" != all ] || whole="make check-all"
. scripts/debian.sh
. scripts/parts.sh
bin=.venv/bin

ground "set-up" scripts/setup.sh --tests
ground "engine" scripts/docker.sh
ground "base image" scripts/base-image.sh
families=$("$bin/python" tests/tiers.py)
say "image families of this run: $families"
# shellcheck disable=SC2086 # one word a family
ground "images" "$bin/grader" images build $families

# What this machine cannot have is said, not passed over: no gVisor in an engine that somebody else set up, say.
left_out=""
docker info --format '{{json .Runtimes}}' | grep -q '"runsc"' ||
    { left_out+=" and not runsc" && say "gVisor is left out: this engine has no runtime runsc (see scripts/gvisor.sh)"; }
if scripts/embedded.sh; then
    ground "embedded images" env GRADER_SANDBOX=embedded "$bin/grader" images build
else
    left_out+=" and not embedded" && say "the embedded sandbox is left out: it cannot be had here"
fi

# The long tier can be stopped and taken up again: what passed on these very files is not run twice.
[ "$CHECK_TIER" != all ] || kept=.build/checked/$(digest_of_tree)

if [ "$CHECK_TIER" = study ]; then
    part "study" "$bin/pytest" -q -n 2 --dist worksteal -m study
else
    part "lint" "$bin/ruff" check
    part "format" "$bin/ruff" format --check
    part "types" "$bin/mypy"
    part "unit tests" "$bin/pytest" -q -n 2 \
        -m "not docker and not embedded and not browser and not services and not study"
    part "store and queue" "$bin/pytest" -q -n 2 --dist worksteal -m "services and not docker and not study"
    part "sandboxes" "$bin/pytest" -q -n 2 --dist worksteal \
        -m "(conformance or embedded or runsc) and not attack and not study$left_out"
    part "docker tests" "$bin/pytest" -q -n 2 --dist worksteal \
        -m "docker and not conformance and not runsc and not attack and not browser and not study"
    part "attacks" "$bin/pytest" -q -m "attack and not study$left_out" # grades side by side by itself, by the clock
    crowd=200
    [ "$CHECK_TIER" != all ] || crowd=1000
    part "faults" "$bin/python" tests/faults/faults.py --attempts "$crowd"
    part "browser tests" "$bin/pytest" -q -m "browser and not study"
fi

verdict
