#!/usr/bin/env bash
# Every check and every test, on Debian 12 with cargo, Python 3 and Node; installs the rest itself (scripts/install.sh).
#
#   scripts/test.sh           what must pass before a change lands
#   scripts/test.sh --long    besides: many more cases of each property, campaigns and walks at full length
#                             (VESTIBULE_TEST_LONG), longer fuzzing, flaws put into src/model, benchmarks
#
# Asks nothing. Each step has a limit of time; what a step prints is shown where it fails.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
exec </dev/null

suites_side_by_side=2
long=no
case ${1:-} in
    '') ;;
    --long) long=yes ;;
    *) sed -n '2,8p' "$0" >&2; exit 2 ;;
esac

logs=$(mktemp -d)
failed=()
postgres=

finish() {
    trap - EXIT
    jobs -p | xargs --no-run-if-empty kill 2>/dev/null
    [ -z "$postgres" ] || scripts/postgres.sh stop "$postgres"
    rm -rf "$logs"
}
trap finish EXIT
trap 'exit 130' INT TERM

# report NAME SECONDS EXIT-CODE LOG
report() {
    local verdict=ok
    if [ "$3" != 0 ]; then
        verdict="FAILED (exit $3)"
        [ "$3" != 124 ] || verdict="FAILED (stopped: it took too long)"
        failed+=("$1")
        cat "$4"
    fi
    printf '%6d s  %-40s %s\n' "$2" "$1" "$verdict"
}

# step LIMIT NAME COMMAND…: the limit is in seconds.
step() {
    local limit=$1 name=$2 start=$SECONDS log code
    log="$logs/${name//[^A-Za-z0-9]/_}.log"
    shift 2
    timeout --kill-after=20 "$limit" "$@" >"$log" 2>&1
    code=$?
    report "$name" $((SECONDS - start)) $code "$log"
    return $code
}

# The library, the program and every folder of tests/, one a line, as `cargo test` wants them.
suites() {
    cargo metadata --no-deps --locked --format-version 1 | python3 -c '
import json, sys
for target in json.load(sys.stdin)["packages"][0]["targets"]:
    kind = target["kind"][0]
    if kind == "lib":
        print("--lib")
    elif kind in ("bin", "test"):
        print("--" + kind, target["name"])
'
}

# Some suites wait (for a browser, a slow mail server) while others compute: two at a time.
run_suites() {
    local list suite began name log process code
    local -A running=()
    mapfile -t list < <(suites; echo --doc)
    for suite in "${list[@]}" end; do
        while [ ${#running[@]} -ge $suites_side_by_side ] || { [ "$suite" = end ] && [ ${#running[@]} -gt 0 ]; }; do
            wait -n -p process "${!running[@]}"
            code=$?
            read -r began log name <<<"${running[$process]}"
            unset "running[$process]"
            report "tests: $name" $((SECONDS - began)) $code "$log"
        done
        [ "$suite" != end ] || break
        log="$logs/suite_${suite//[^A-Za-z0-9]/_}.log"
        read -ra arguments <<<"$suite"
        timeout --kill-after=20 1500 cargo test --locked -q "${arguments[@]}" >"$log" 2>&1 &
        running[$!]="$SECONDS $log ${suite#--}"
    done
}

start_postgres() {
    local start=$SECONDS log="$logs/postgres.log" code
    postgres=$(timeout --kill-after=20 120 scripts/postgres.sh start 2>"$log")
    code=$?
    report "PostgreSQL started" $((SECONDS - start)) $code "$log"
    export VESTIBULE_TEST_POSTGRES=$postgres
}

# The sums of what every test runner said, then what failed.
summary() {
    printf '\n%d s in all\n' "$SECONDS"
    [ ${#failed[@]} = 0 ] || printf 'failed: %s\n' "${failed[@]}"
    cat "$logs"/suite_*.log 2>/dev/null |
        awk '/^test result: / { passed += $4; failed += $6 } END { printf "%d passed, %d failed\n", passed, failed }'
    [ ${#failed[@]} = 0 ]
}

fuzz_seconds=0
install_options=()
if [ $long = yes ]; then
    export PROPTEST_CASES=20000 VESTIBULE_TEST_LONG=1
    fuzz_seconds=60
    install_options=(--long)
fi

step 1800 "what the tests need" scripts/install.sh "${install_options[@]}" || { summary; exit 1; }
step 60 "shellcheck" shellcheck .ci/run scripts/*.sh
step 60 "cargo fmt" cargo fmt --check
step 60 "cargo fmt of fuzz/" cargo fmt --check --manifest-path fuzz/Cargo.toml
step 300 "cargo deny" cargo deny --locked check --hide-inclusion-graph bans licenses sources
step 1800 "cargo clippy" cargo clippy --locked --all-targets -- -D warnings
RUSTDOCFLAGS="-D warnings" step 900 "cargo doc" cargo doc --locked --no-deps --document-private-items
if step 2400 "build of the tests" cargo test --locked --no-run; then
    start_postgres
    run_suites
fi
step 1500 "fuzz targets, $fuzz_seconds s each beyond their corpus" scripts/fuzz.sh $fuzz_seconds
if [ $long = yes ]; then
    # Each flaw is a build and a run of the tests beside the code, which need few cases to notice it.
    PROPTEST_CASES=64 step 14400 "flaws put into src/model" cargo mutants --colors never --output target
    step 7200 "benchmarks" cargo bench --locked
fi
summary
