#!/usr/bin/env bash
# Every target of fuzz/ for some seconds each, two at a time, beginning with its committed corpus.
#
#   scripts/fuzz.sh SECONDS
#
# With 0 seconds only the corpus is run, which every build must pass; more seconds look for what is not known yet.
# An input that breaks a target is kept in fuzz/artifacts/TARGET; it belongs into the corpus once the flaw is mended. What else a
# target comes upon is forgotten.
set -euo pipefail
cd "$(dirname "$0")/../fuzz"

seconds=${1:?how many seconds each target runs}
what=-max_total_time=$seconds
[ "$seconds" != 0 ] || what=-runs=0
targets_side_by_side=2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
programs=target/$(rustc -vV | sed -n 's/^host: //p')/release

build() {
    # cargo-fuzz has no --locked of its own.
    cargo metadata --locked --format-version 1 >/dev/null
    # The variable lets stable's compiler take the flags of cargo-fuzz. No unsafe code of ours needs the address sanitizer.
    RUSTC_BOOTSTRAP=1 cargo fuzz build --sanitizer none
}

# run TARGET
run() {
    local target=$1 log=$scratch/$1.log code=0
    mkdir -p "$scratch/$target" "artifacts/$target"
    TMPDIR=$scratch timeout --kill-after=20 $((seconds + 60)) "$programs/$target" "$what" -timeout=20 \
        -artifact_prefix="artifacts/$target/" "$scratch/$target" "corpus/$target" >"$log" 2>&1 || code=$?
    if [ $code != 0 ]; then
        cat "$log"
        echo "$target FAILED (exit $code)"
        return 1
    fi
    echo "$target: $(grep '^Done ' "$log")"
}

build
export -f run
export seconds what scratch programs
cargo fuzz list | xargs -P "$targets_side_by_side" -I{} bash -c "run {}"
