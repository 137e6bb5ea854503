#!/usr/bin/env bash
# Makes sure there is an image to build the image families on: the official Python one where it can be pulled, else
# grader/base:local, made here from this machine's own Debian mirror.
#
# A grading host is often allowed to reach a package mirror and nothing else, no image registry in particular. Which
# one is used is grader's choice (see default_base in grader/sandbox/images.py); this only sees to it that one is here.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

official=python:3.11-slim-bookworm
ours=grader/base:local
pull_seconds=120

have_image() { docker image inspect "$1" >/dev/null 2>&1; }

if [ -n "${GRADER_IMAGE_BASE:-}" ]; then
    have_image "$GRADER_IMAGE_BASE" || docker pull --quiet "$GRADER_IMAGE_BASE" ||
        fail "GRADER_IMAGE_BASE names $GRADER_IMAGE_BASE, which is neither here nor can be pulled" \
            "docker pull it yourself, or unset GRADER_IMAGE_BASE"
    exit 0
fi
have_image "$ours" && exit 0
have_image "$official" && exit 0
timeout "$pull_seconds" docker pull --quiet "$official" 2>/dev/null && exit 0
say "$official cannot be pulled from here: making $ours from this machine's Debian mirror"

# --- a small Debian of our own ---------------------------------------------------------------------------------------

command -v debootstrap >/dev/null || apt_install debootstrap ||
    fail "neither $official can be pulled nor is debootstrap here" \
        "docker pull $official, or apt-get install debootstrap, then run this again"
as_root true 2>/dev/null || fail "debootstrap needs root" "sudo scripts/base-image.sh, or docker pull $official"

# apt knows its sources whichever way they are written down; a suite with a dash is an addition to one without.
# shellcheck disable=SC2016 # apt-get, not the shell, fills these in
read -r mirror suite < <(apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
    awk '$3 == "main" && $2 !~ /-/ { print $1, $2; exit }') ||
    fail "no Debian suite with a component main is among this machine's apt sources" "docker pull $official"

root=$(mktemp -d)
trap 'as_root rm -rf --one-file-system "$root"' EXIT
say "debootstrap $suite (a minute or two)"
as_root debootstrap --variant=minbase --force-check-gpg --include=python3,python3-venv,ca-certificates \
    "$suite" "$root" "$mirror" >"$root.log" 2>&1 || {
    tail -n 8 "$root.log" >&2
    rm -f "$root.log"
    fail "debootstrap could not make a Debian $suite (its last lines are above)" \
        "check that apt-get update works here, or docker pull $official"
}
rm -f "$root.log"
as_root chroot "$root" python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "the Python of $suite is older than 3.11" "docker pull $official, or use a newer Debian"

# Whom this machine trusts, the build has to trust: a mirror may be signed by somebody of its own.
[ ! -r /etc/ssl/certs/ca-certificates.crt ] ||
    as_root install -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"

(
    cd "$root"
    as_root rm -rf usr/share/doc/* usr/share/man/* usr/share/info/* usr/share/locale/* usr/share/lintian \
        var/lib/apt/lists/* var/cache/apt/* var/cache/debconf/*-old var/log/*
)
as_root tar --create --numeric-owner --one-file-system --directory "$root" \
    --exclude './proc/*' --exclude './sys/*' --exclude './dev/*' . |
    docker import --message "Debian $suite, debootstrap minbase with python3" \
        --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
        --change 'CMD ["python3"]' - "$ours" >/dev/null
say "$ours: $(docker image inspect --format '{{.Size}}' "$ours" | awk '{ printf "%.0f MB", $1 / 1e6 }')"
