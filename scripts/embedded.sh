#!/usr/bin/env bash
# Makes sure that the embedded sandbox can be had: bubblewrap, and name spaces for a user who is not root. Exit 5 if not.
#
# bubblewrap is never run as root here (grader/sandbox/bubblewrap.py says why), so it is an ordinary user's name spaces
# that are tried.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

command -v bwrap >/dev/null || apt_install bubblewrap ||
    fail "bubblewrap is not installed, and could not be" "apt-get install bubblewrap, then run this again"

nobody=()
[ "$(id -u)" -ne 0 ] || nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)
said=$("${nobody[@]}" bwrap --unshare-all --unshare-user --disable-userns --ro-bind / / true 2>&1) ||
    fail "bubblewrap cannot make name spaces here: ${said:-it does not say why}" \
        "Ubuntu 24.04: an AppArmor profile that lets /usr/bin/bwrap use user name spaces; elsewhere, a kernel with them; or Docker"
