#!/bin/sh
# Write requirements.lock (what dure needs to run) and requirements-dev.lock (that and what its checks need) from pyproject.toml.
# For whoever changes a dependency: `sh scripts/lock.sh`, then commit both. The locks name packages, versions and hashes, for
# Python 3.11 and later on every platform that has wheels; they name no index address, so any mirror of the packages serves.
set -eu
cd "$(dirname "$0")/.."
tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools/venv"
"$tools/venv/bin/pip" install --quiet uv

compile() { # OUTPUT, then further arguments of the resolver; hatchling builds dure itself, so it is locked as well
    out=$1
    shift
    printf 'hatchling>=1.27,<2\n' | "$tools/venv/bin/uv" pip compile pyproject.toml - "$@" --universal --python-version 3.11 \
        --generate-hashes --no-emit-index-url --no-header --no-annotate --quiet --output-file "$tools/lock"
    mkdir "$tools/wheels"
    "$tools/venv/bin/pip" download --quiet --require-hashes --only-binary=:all: --dest "$tools/wheels" --requirement "$tools/lock"
    { printf '# megabytes to download: %s\n' "$(du -sm "$tools/wheels" | cut -f1)"; cat "$tools/lock"; } > "$out"
    rm -r "$tools/wheels" "$tools/lock"
}
compile requirements.lock
compile requirements-dev.lock --extra dev --constraint requirements.lock
grep -c '==' requirements.lock requirements-dev.lock
