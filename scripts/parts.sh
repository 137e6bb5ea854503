# Sourced by test.sh and demo.sh: runs named parts one by one and says at the end what each took.
#
# The time per part is printed on every run, good or bad, because a tier of checks has a budget and whoever makes it
# longer should see it before the reviewer does.
# shellcheck shell=bash

# the caller names what the parts make together
: "${whole:?}"
part_names=() part_seconds=() part_words=() part_failures=()

now() { printf '%s' "${EPOCHREALTIME/,/.}"; }

# digest_of_tree: names every file of the checkout as it is, so that a result is kept for exactly what was checked.
digest_of_tree() {
    git ls-files -z --cached --others --exclude-standard | sort -z | xargs -0 sha256sum 2>&1 | sha256sum | cut -d ' ' -f 1
}

# part NAME COMMAND...: runs it under a heading and goes on, whatever came of it. Where the caller names a folder in
# `kept`, what has passed is written down there, and not run again.
part() {
    local name=$1 started status=0
    shift
    if [ -n "${kept:-}" ] && [ -e "$kept/$name" ]; then
        part_names+=("$name")
        part_seconds+=(0)
        part_words+=("passed before, on these very files")
        return 0
    fi
    printf '\n=== %s\n' "$name"
    started=$(now)
    "$@" || status=$?
    part_names+=("$name")
    part_seconds+=("$(awk -v a="$started" -v b="$(now)" 'BEGIN { printf "%.1f", b - a }')")
    if [ "$status" -eq 0 ]; then
        part_words+=(passed)
        [ -z "${kept:-}" ] || { mkdir -p "$kept" && touch "$kept/$name"; }
    else
        part_words+=("FAILED (exit $status)")
        part_failures+=("$name")
    fi
}

# ground NAME COMMAND...: a part without which the others mean nothing.
ground() {
    part "$@"
    [ ${#part_failures[@]} -eq 0 ] || verdict || exit 1
}

# verdict: the table, then one line; whether every part passed.
verdict() {
    local index together
    together=$(printf '%s\n' "${part_seconds[@]}" | awk '{ sum += $1 } END { printf "%.1f", sum }')
    printf '\n%-28s %9s\n' part seconds
    for index in "${!part_names[@]}"; do
        printf '%-28s %9s   %s\n' "${part_names[$index]}" "${part_seconds[$index]}" "${part_words[$index]}"
    done
    printf '%-28s %9s\n\n' together "$together"
    if [ ${#part_failures[@]} -eq 0 ]; then
        printf '%s: passed, all %s parts\n' "$whole" "${#part_names[@]}"
        return 0
    fi
    printf '%s: FAILED, %s of %s parts:' "$whole" "${#part_failures[@]}" "${#part_names[@]}"
    printf ' [%s]' "${part_failures[@]}"
    printf '\n'
    return 1
}
