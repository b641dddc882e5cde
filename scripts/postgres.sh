#!/usr/bin/env bash
# A private PostgreSQL 15 for the tests (Debian's package postgresql-15): nothing of the system's own clusters is touched.
#
#   scripts/postgres.sh start    prints the URL for VESTIBULE_TEST_POSTGRES
#   scripts/postgres.sh stop URL stops it, if it runs, and removes its folder
#   scripts/postgres.sh again URL starts it again after a crash
#
# The server runs as an unprivileged user: the caller, or `postgres` where the caller is root. It listens on a unix socket in a
# folder of its own, and with TLS on a free port of 127.0.0.1 (certificate for localhost from an authority in that folder).
set -euo pipefail

programs=${POSTGRES_PROGRAMS:-/usr/lib/postgresql/15/bin}

as_server_user() {
    if [ "$(id -u)" = 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

certificate() {
    local folder=$1
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/CN=Vestibule tests" \
        -addext "keyUsage=critical,keyCertSign" -keyout "$folder/authority.key" -out "$folder/authority.pem"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=localhost" \
        -keyout "$folder/server.key" -out "$folder/server.csr"
    openssl x509 -req -in "$folder/server.csr" -CA "$folder/authority.pem" -CAkey "$folder/authority.key" -CAcreateserial \
        -days 2 -extfile <(printf 'subjectAltName=DNS:localhost') -out "$folder/server.pem"
}

start() {
    if [ ! -x "$programs/initdb" ]; then
        echo "PostgreSQL 15 is missing; install Debian's package postgresql-15" >&2
        exit 1
    fi
    local folder port
    folder=$(mktemp -d "${TMPDIR:-/tmp}/vestibule-postgres.XXXXXX")
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    certificate "$folder" 2>"$folder/openssl.log"
    if [ "$(id -u)" = 0 ]; then
        chown -R postgres "$folder"
    fi
    (
        cd "$folder"
        as_server_user "$programs/initdb" --pgdata="$folder/data" --username=vestibule --auth=trust --encoding=UTF8 \
            --locale=C.UTF-8 --no-sync >"$folder/initdb.log"
        # fsync is off because nothing here outlives the machine. A server that is killed loses nothing by that.
        cat >>"$folder/data/postgresql.conf" <<CONF
unix_socket_directories = '$folder'
listen_addresses = '127.0.0.1'
port = $port
ssl = on
ssl_cert_file = '$folder/server.pem'
ssl_key_file = '$folder/server.key'
max_connections = 400
shared_buffers = '64MB'
fsync = off
deadlock_timeout = '100ms'
CONF
    ) || failed "$folder"
    run "$folder" || failed "$folder"
    echo "postgres://vestibule@${folder//\//%2F}:$port/postgres"
}

# failed FOLDER: what the programs said.
failed() {
    cat "$1"/*.log >&2
    exit 1
}

run() {
    (
        cd "$1"
        as_server_user "$programs/pg_ctl" start --wait --silent --pgdata="$1/data" --log="$1/server.log" >/dev/null
    )
}

folder_of() {
    local folder=${1#postgres://vestibule@}
    folder=${folder%%:*}
    folder=${folder//%2F//}
    case $folder in
        *vestibule-postgres.*) echo "$folder" ;;
        *) echo "not a server of this script: $1" >&2; exit 2 ;;
    esac
}

again() {
    local folder
    folder=$(folder_of "$1")
    run "$folder"
}

stop() {
    local folder
    folder=$(folder_of "$1")
    if [ -e "$folder/data/postmaster.pid" ]; then
        (cd "$folder" && as_server_user "$programs/pg_ctl" stop --mode=immediate --silent --pgdata="$folder/data")
    fi
    rm -rf "$folder"
}

case ${1:-} in
    start) start ;;
    stop) stop "${2:?the URL that start printed}" ;;
    again) again "${2:?the URL that start printed}" ;;
    *) sed -n '2,7p' "$0" >&2; exit 2 ;;
esac
