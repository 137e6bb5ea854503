# Sourced by the other scripts: how they speak, fail, and install what only the operating system can give.
#
# In one place because apt-get has habits that every caller would otherwise meet anew: it asks questions, it gives up
# when another apt-get holds the lock, and it knows no package before its first update.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

# fail SENTENCE WHAT_WOULD_DO: both for a person. 5 is grader's exit code for "the machine's fault, not yours".
fail() {
    printf 'error: %s\n' "$1" >&2
    printf '  try: %s\n' "$2" >&2
    exit 5
}

# as_root COMMAND...: as we are when we are root, else with sudo; 126 when there is no way.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
        sudo "$@"
    else
        return 126
    fi
}

# apt_get ARGUMENT...: without questions, waiting for whoever holds a lock; its talk is shown only when it failed.
apt_get() {
    local said tries
    for tries in 1 2 3 4 5 6; do
        if said=$(as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l \
            apt-get -q -y -o DPkg::Lock::Timeout=120 "$@" </dev/null 2>&1); then
            return 0
        fi
        case "$said" in
            *"Could not get lock"* | *"Unable to lock"*) [ "$tries" = 6 ] || sleep 10 ;;
            *) break ;;
        esac
    done
    printf '%s\n' "$said" | tail -n 8 >&2
    return 1
}

# apt_install PACKAGE...: whether they are there afterwards. Asks for new lists only when the ones here do not do.
apt_install() {
    command -v apt-get >/dev/null || return 1
    as_root true 2>/dev/null || return 1
    say "installing $* (apt-get)"
    apt_get install --no-install-recommends "$@" 2>/dev/null && return 0
    apt_get update && apt_get install --no-install-recommends "$@"
}
