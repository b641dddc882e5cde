#!/usr/bin/env bash
# Installs what scripts/test.sh needs on Debian 12, where cargo, Python 3 and Node are already there. Does nothing where all is there.
# Needs root or sudo only while a Debian package is missing.
#
#   scripts/install.sh           what scripts/test.sh needs
#   scripts/install.sh --long    and what scripts/test.sh --long needs besides
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(
    build-essential                              # the C parts of aws-lc and SQLite
    chromium chromium-driver                     # tests/e2e: the browser
    apache2 libapache2-mod-auth-openidc          # tests/e2e: a product behind Apache
    nginx-light caddy                            # tests/e2e: a product behind nginx, and behind Caddy
    oathtool zbar-tools                          # tests/e2e: an authenticator and a camera that are not ours
    python3-venv                                 # tests/e2e: a product in Python
    openssl python3 python3-aiosmtpd             # tests/smtp and tests/e2e: a mail server and its certificate
    postgresql-15                                # tests/store: the second engine
    sqlite3                                      # a look into the database from outside
    tzdata                                       # times in words
    shellcheck                                   # scripts/*.sh
)

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_installed() {
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

debian_packages() {
    local missing=() name
    for name in "${packages[@]}"; do
        is_installed "$name" || missing+=("$name")
    done
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "missing: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    # Debian's package would start a cluster of its own, which the tests neither need nor touch.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    as_root apt-get -q update
    without_services as_root apt-get -q -y --no-install-recommends -o Dpkg::Options::=--force-confold install "${missing[@]}"
}

# Debian's packages start the servers that are in them, now and at each start of the machine. The tests start their own, on ports of
# their own: so nothing is started while this runs, and what it brought is not started later either. What was there stays as it is.
without_services() {
    local service new=()
    for service in apache2 nginx caddy; do
        is_installed "$service" || new+=("$service")
    done
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        # 101: the action is not allowed (invoke-rc.d(8)).
        trap 'as_root rm -f /usr/sbin/policy-rc.d' EXIT
        printf '#!/bin/sh\nexit 101\n' | as_root tee /usr/sbin/policy-rc.d >/dev/null
        as_root chmod 755 /usr/sbin/policy-rc.d
    fi
    "$@"
    for service in "${new[@]}"; do
        ! command -v systemctl >/dev/null || as_root systemctl --quiet disable "$service" || true
    done
}

toolchain() {
    { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1 || rustup component add rustfmt clippy
}

node_modules() {
    local installed=tests/e2e/node_modules/.package-lock.json
    [ -f tests/e2e/package-lock.json ] || return 0
    [ "$installed" -nt tests/e2e/package-lock.json ] || (cd tests/e2e && npm ci --no-audit --no-fund)
}

# The products of tests/e2e that are written with libraries of others.
products() {
    local clients=tests/e2e/clients venv=tests/e2e/venv
    if ! [ "$venv/installed" -nt $clients/requirements.txt ]; then
        /usr/bin/python3 -m venv --clear "$venv"
        "$venv/bin/pip" --quiet --disable-pip-version-check install --requirement $clients/requirements.txt
        touch "$venv/installed"
    fi
    cargo build --locked --quiet --manifest-path $clients/openidconnect/Cargo.toml --target-dir target/clients
}

# Compiles for two to four minutes where it is missing.
cargo_deny() {
    cargo deny --version >/dev/null 2>&1 || cargo install --locked --quiet cargo-deny
}

# program NAME VERSION: a subcommand of cargo, compiled in one to three minutes where this version is missing.
program() {
    [ "$(cargo "${1#cargo-}" --version 2>/dev/null)" = "$1 $2" ] || cargo install --locked --quiet "$1" --version "$2"
}

debian_packages
toolchain
cargo_deny
program cargo-fuzz 0.13.2
[ "${1:-}" != --long ] || program cargo-mutants 27.1.0
node_modules
products
