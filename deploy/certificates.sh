#!/usr/bin/env bash
# Makes an authority of your own and a server's certificate, for Redis and PostgreSQL; needs openssl.
# Usage: deploy/certificates.sh FOLDER SERVER NAME...
#
#     deploy/certificates.sh secrets redis    redis    first.example.org
#     deploy/certificates.sh secrets postgres postgres first.example.org
#
# FOLDER then holds ca.pem, which every host needs; ca.key, which no server needs: keep it apart; and SERVER.pem and
# SERVER.key. Each NAME is a host name or an IP address by which some host reaches the server: whoever connects by
# another name is refused. Keys have mode 0600.
#
# Nothing is overwritten. The authority is made once; a server's certificate that is there for the same names is left
# alone, one for other names is an error. To renew a certificate, move it and its key away, and run this again.
set -euo pipefail
umask 077

authority_days=3650
server_days=825 # the longest that every TLS library takes

fail() {
    printf 'error: %s\n  try: %s\n' "$1" "$2" >&2
    exit 1
}

[ $# -ge 3 ] || { printf 'usage: %s FOLDER SERVER NAME...\n' "$0" >&2; exit 2; }
folder=$1 server=$2
shift 2
[[ $server =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] && [ "$server" != ca ] ||
    fail "$server cannot be the name of a server's files" "a word such as redis or postgres"
command -v openssl >/dev/null || fail "openssl is not installed" "apt-get install openssl"

is_address() { [[ $1 =~ ^[0-9]+(\.[0-9]+){3}$ || $1 == *:* ]]; }

names=()
for name in "$@"; do
    [[ $name =~ ^[A-Za-z0-9:._*-]+$ ]] ||
        fail "$name is neither a host name nor an IP address" "letters, digits, and . : -"
    if is_address "$name"; then names+=("IP:$name"); else names+=("DNS:$name"); fi
done

mkdir -p "$folder"
work=$(mktemp -d "$folder/.making-XXXXXX")
trap 'rm -rf "$work"' EXIT

# say_why COMMAND...: openssl is chatty; what it says is shown where it fails
say_why() { "$@" >"$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }; }
new_key=(-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes)

# keep FILE: from the work folder, unless somebody was faster
keep() { ln "$work/$1" "$folder/$1" || fail "$folder/$1 is there already" "move it away, and run this again"; }

# --- the authority ---------------------------------------------------------------------------------------------------

if [ ! -e "$folder/ca.pem" ] && [ ! -e "$folder/ca.key" ]; then
    say_why openssl req -x509 "${new_key[@]}" -sha256 -days "$authority_days" -subj "/CN=grader authority" \
        -keyout "$work/ca.key" -out "$work/ca.pem" \
        -addext basicConstraints=critical,CA:TRUE,pathlen:0 -addext keyUsage=critical,keyCertSign,cRLSign
    chmod 644 "$work/ca.pem"
    keep ca.key
    keep ca.pem
    printf '%s: an authority, for %s days\n' "$folder/ca.pem" "$authority_days"
fi

# --- the server ------------------------------------------------------------------------------------------------------

same_names() {
    local name
    for name in "$@"; do
        if is_address "$name"; then set -- -checkip "$name"; else set -- -checkhost "$name"; fi
        openssl x509 -in "$folder/$server.pem" -noout "$@" | grep -q 'does match' || return 1
    done
}

if [ -e "$folder/$server.pem" ] || [ -e "$folder/$server.key" ]; then
    stated=$(openssl x509 -in "$folder/$server.pem" -noout -ext subjectAltName 2>/dev/null |
        grep -oE '(DNS|IP Address):' | wc -l) || stated=0
    if [ -e "$folder/$server.key" ] && [ "$stated" -eq $# ] && same_names "$@"; then
        printf '%s: is there already, for these names\n' "$folder/$server.pem"
        exit 0
    fi
    fail "$folder/$server.pem or its key is there already, and not for just these names" \
        "move both away, and run this again"
fi
[ -e "$folder/ca.pem" ] && [ -e "$folder/ca.key" ] ||
    fail "$folder has only one of ca.pem and ca.key, and both are needed to sign" "bring the other one back for this"

cat >"$work/extensions" <<EXTENSIONS
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = $(IFS=,; printf '%s' "${names[*]}")
EXTENSIONS
say_why openssl req "${new_key[@]}" -sha256 -subj "/CN=$server" -keyout "$work/$server.key" -out "$work/request"
say_why openssl x509 -req -sha256 -in "$work/request" -days "$server_days" -out "$work/$server.pem" \
    -CA "$folder/ca.pem" -CAkey "$folder/ca.key" -set_serial "0x$(openssl rand -hex 16)" -extfile "$work/extensions"
say_why openssl verify -CAfile "$folder/ca.pem" "$work/$server.pem"
chmod 644 "$work/$server.pem"
keep "$server.key"
keep "$server.pem"
printf '%s: for %s, %s days\n' "$folder/$server.pem" "$(IFS=,; printf '%s' "${names[*]}")" "$server_days"
