#!/usr/bin/env bash
# Makes sure a Docker engine answers, and starts one on this machine when none does. Exit 5 when it cannot.
#
# grader grades nothing without its wall, so every target that grades begins here. A machine may have no systemd (a
# container, a small VM, a CI runner), and a dockerd that was killed leaves files behind that keep the next from
# starting: both are ordinary, and neither should need a person.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/debian.sh

seconds=60 # how long a dockerd may take until it answers
log=.build/dockerd.log

answers() { timeout 20 docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

answers && exit 0

if [ -n "${DOCKER_HOST:-}" ]; then
    fail "DOCKER_HOST is $DOCKER_HOST and no Docker engine answers there" \
        "start that engine, or unset DOCKER_HOST to use this machine's"
fi
if ! command -v dockerd >/dev/null; then
    apt_install docker.io ||
        fail "no Docker engine answers, and none could be installed" \
            "install Docker for this system, start it, then run this again"
fi
as_root true 2>/dev/null ||
    fail "no Docker engine answers to $(id -un), and only root can start one" \
        "sudo scripts/docker.sh, or join the group docker if an engine is running"

mkdir -p .build
exec 9>.build/dockerd.lock
flock 9 # two targets at once start one engine
answers && exit 0

# --- what a killed dockerd leaves ------------------------------------------------------------------------------------

# forget_pid FILE PROGRAM: dockerd believes a pid file as long as *some* process has that number, be it another program
# or a dead one that nobody has collected yet (a zombie: a small process 1 may take its time).
forget_pid() {
    local pid
    pid=$(as_root cat "$1" 2>/dev/null) || return 0
    awk -v name="$2" '/^Name:/ { ours = $2 == name } /^State:/ { alive = $2 !~ /[ZX]/ } END { exit !(ours && alive) }' \
        "/proc/$pid/status" 2>/dev/null || as_root rm -f "$1"
}

# forget_socket FILE: dockerd waits for whoever once listened there.
forget_socket() {
    [ -S "$1" ] || return 0
    grep -q " $1\$" /proc/net/unix || as_root rm -f "$1"
}

if [ -r /proc/net/unix ]; then
    forget_pid /var/run/docker.pid dockerd
    forget_pid /var/run/docker/containerd/containerd.pid containerd
    forget_socket /var/run/docker/containerd/containerd.sock
    forget_socket /run/containerd/containerd.sock # the system's own containerd, which dockerd prefers
fi

# --- start it and wait -----------------------------------------------------------------------------------------------

say "starting the Docker engine"
started=$SECONDS
if [ -d /run/systemd/system ]; then
    as_root systemctl start docker >"$log" 2>&1 || true
    alive() { as_root systemctl --quiet is-active docker; }
    end_of_log() { as_root journalctl --unit docker --no-pager --lines 15 2>/dev/null || tail -n 15 "$log"; }
else
    # gVisor beside runc where it is installed; a machine that has settings of its own keeps them
    settings=()
    if command -v runsc >/dev/null && [ ! -e /etc/docker/daemon.json ]; then
        scripts/gvisor.sh >.build/daemon.json
        settings=(--config-file "$PWD/.build/daemon.json")
    fi
    # a session of its own, no terminal and none of our files: it outlives the make that started it
    sudo=()
    [ "$(id -u)" -eq 0 ] || sudo=(sudo)
    "${sudo[@]}" setsid nohup dockerd "${settings[@]}" </dev/null >"$log" 2>&1 9>&- &
    dockerd=$!
    alive() { [ -d "/proc/$dockerd" ]; }
    end_of_log() { tail -n 15 "$log"; }
fi

until answers; do
    if ! alive || [ $((SECONDS - started)) -ge "$seconds" ]; then
        end_of_log >&2
        alive && what="did not answer within $seconds seconds" || what="ended before it answered"
        fail "the Docker engine $what; the end of its log is above" \
            "read its last error: often a full disk, or a kernel without cgroups, overlayfs or iptables"
    fi
    sleep 0.2
done
say "the Docker engine answers after $((SECONDS - started)) s"
