#!/usr/bin/env bash
# Makes this checkout ready to run: .venv from requirements.lock, and the programs that no Python package brings.
# Usage: scripts/setup.sh [--tests]
#
# Safe to run any number of times: a stamp in .venv says what it was made from, and a run that finds nothing to do
# takes well under a second, so that every make target can begin with it.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

tests=no
for argument in "$@"; do
    case "$argument" in
        --tests) tests=yes ;;
        *) printf 'usage: scripts/setup.sh [--tests]\n' >&2; exit 2 ;;
    esac
done

# --- a Python of 3.11 or later that can make virtual environments ----------------------------------------------------

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
makes_venvs() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

find_python() {
    local name
    # the distribution's first: it is built with a profile, which one's own often is not, and takes a quarter less time
    for name in /usr/bin/python3.11 python3.11 python3 /usr/bin/python3 python3.12 python3.13 python3.14; do
        if new_enough "$name" && makes_venvs "$name"; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

make_venv() {
    local python
    if ! python=$(find_python); then
        apt_install python3 python3-venv || true
        python=$(find_python) || fail "no Python of 3.11 or later that can make virtual environments is here" \
            "apt-get install python3 python3-venv, or put a python3.11 on PATH, then run this again"
    fi
    say "making .venv with $("$python" --version)"
    "$python" -m venv --clear .venv
}

pip() { .venv/bin/python -m pip --no-input --disable-pip-version-check "$@"; }

fill_venv() {
    say "installing $(grep -c '^[a-z0-9].*==' requirements.lock) packages from requirements.lock (a minute or two)"
    # -qq: a machine's own pip settings (further indexes, folders) can be noisy about every package
    pip install -qq --require-hashes -r requirements.lock ||
        fail "the packages of requirements.lock could not be installed (the lines above say why)" \
            "check that a Python package index can be reached from here, then run this again"
    pip install -qq --no-deps --no-build-isolation --editable . ||
        fail "the project itself could not be installed into .venv" "read pip's lines above"
}

# The project's own metadata counts too: a new command in pyproject.toml has to become a program in .venv/bin.
stamp=.venv/.made-from
wanted=$(cat requirements.lock pyproject.toml scripts/setup.sh | sha256sum)
if [ ! -x .venv/bin/python ] || ! new_enough .venv/bin/python; then
    make_venv
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    rm -f "$stamp"
    fill_venv
    printf '%s\n' "$wanted" >"$stamp"
fi

# --- what the operating system has to bring --------------------------------------------------------------------------

# have_one_of PROGRAM...
have_one_of() { command -v "$@" >/dev/null 2>&1; }

missing=()
# an engine that answers (Docker's own packages, Docker Desktop, a remote one) must not be replaced by Debian's
have_one_of dockerd || docker info >/dev/null 2>&1 || missing+=(docker.io)
have_one_of debootstrap || missing+=(debootstrap)
have_one_of bwrap || missing+=(bubblewrap)
have_one_of git || missing+=(git) # reads patches that learners hand in
have_one_of redis-server || missing+=(redis-server)
if [ "$tests" = yes ]; then
    have_one_of runsc || missing+=(runsc)
    have_one_of initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing+=(postgresql)
    have_one_of ip || missing+=(iproute2)
    have_one_of openssl || missing+=(openssl)
    # who checks our ledger without a line of ours
    { have_one_of go && [ -d /usr/share/gocode/src/golang.org/x/mod ]; } || missing+=(golang-go golang-golang-x-mod-dev)
    have_one_of chromium chromium-browser google-chrome || missing+=(chromium)
    # a page without one font that has its marks (a tick, a cross) is measured wrongly
    [ -d /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
fi
if [ "$tests" = yes ]; then
    # verifiers of other people, to whom our credentials are shown; Node itself is in requirements.lock
    foreign=tests/credential/foreign
    if ! cmp -s "$foreign/package-lock.json" "$foreign/node_modules/.made-from"; then
        say "installing the verifiers of $foreign/package-lock.json"
        (PATH="$PWD/.venv/bin:$PATH" && cd "$foreign" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error) ||
            fail "the packages of $foreign/package-lock.json could not be installed (the lines above say why)" \
                "check that a registry of npm packages can be reached from here, then run this again"
        cp "$foreign/package-lock.json" "$foreign/node_modules/.made-from"
    fi
fi
if [ ${#missing[@]} -gt 0 ]; then
    apt_install "${missing[@]}" ||
        say "could not install ${missing[*]}; what needs them will say so (with root: apt-get install ${missing[*]})"
fi
