#!/bin/sh
# Make .venv: `sh scripts/setup.sh run` for what dure needs, `dev` for what its checks need as well. Needs only Python 3.11 or later.
#
# Says within a second what it will fetch; does nothing when .venv already fits the locks; starts afresh after an interrupted run
# or when the folder was moved. Packages come from the index that pip is set up for, and only with the hashes of the lock.
set -eu
tier=${1:-run}
cd "$(dirname "$0")/.."
exec 9< scripts/setup.sh
if command -v flock > /dev/null; then flock 9; fi   # two makes at once: the second waits, then finds the work done

case $tier in
    run) lock=requirements.lock ;;
    dev) lock=requirements-dev.lock ;;
    *) echo "usage: sh scripts/setup.sh run|dev" >&2; exit 2 ;;
esac
python=.venv/bin/python
here=$(pwd -P)
new_enough='import sys; sys.exit(sys.version_info[:2] < (3, 11))'

key() { # LOCK: changes with the lock, with what pyproject.toml says of the package, and with this file
    { cat "$1" scripts/setup.sh; sed '/^\[tool/,$d' pyproject.toml; } | cksum
}
stamp() { sed -n "$1p" ".venv/dure-$2" 2> /dev/null || true; }   # LINE TIER: 1 = key, 2 = folder
fits() { [ ! -f .venv/dure-begun ] && [ "$(stamp 1 "$1")" = "$(key "$2")" ] && [ "$(stamp 2 "$1")" = "$here" ] && "$python" -c '' 2> /dev/null; }
if fits "$tier" "$lock"; then exit 0; fi

count() { grep '^[a-z].*==' "$1" | grep -vc "'win32'"; }
megabytes() { sed -n '1s/.*: //p' "$1"; }
announce() {
    packages=$(count "$lock")
    size=$(megabytes "$lock")
    if [ "$tier" = dev ] && fits run requirements.lock; then
        packages=$((packages - $(count requirements.lock)))
        size=$((size - $(megabytes requirements.lock)))
    fi
    version=$(sed -n 's/^version = "\([0-9]*\.[0-9]*\).*/\1/p' pyproject.toml)
    case ${LC_ALL:-${LC_MESSAGES:-${LANG:-}}} in
        ko*) printf 'dure %s   첫 실행에만: 패키지 %s개, 약 %s MB … ' "$version" "$packages" "$size" ;;
        *) printf 'dure %s   first run only: %s packages, about %s MB … ' "$version" "$packages" "$size" ;;
    esac
}

find_python() { # prints a version that the locks were tried on, else any later one; $PYTHON is asked first
    for newest in 3,13 3,99; do
        for name in ${PYTHON:+"$PYTHON"} python3 python3.13 python3.12 python3.11 python3.14 python; do
            if command -v "$name" > /dev/null && "$name" -c "import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= ($newest))" 2> /dev/null; then
                echo "$name"
                return
            fi
        done
    done
    return 1
}

make_venv() {
    if ! base=$(find_python); then
        printf '\nsetup: dure needs Python 3.11 or later and found none. Install one (Debian and Ubuntu: apt-get install python3 python3-venv;\n' >&2
        printf '       Fedora: dnf install python3; macOS: brew install python@3.13), or name one: PYTHON=/path/to/python3.12 make setup\n' >&2
        exit 1
    fi
    if ! "$base" -c 'import ensurepip, venv' 2> /dev/null; then
        version=$("$base" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        printf '\nsetup: %s (Python %s) comes without venv or ensurepip; Debian and Ubuntu keep them apart: apt-get install python%s-venv\n' \
            "$base" "$version" "$version" >&2
        exit 1
    fi
    "$base" -m venv --clear .venv
}

pip() { PYTHONNOUSERSITE=1 "$python" -m pip --disable-pip-version-check --no-input -qq "$@"; }
install_packages() {
    pip install --require-hashes --only-binary=:all: --requirement "$lock" &&
        pip install --no-deps --no-build-isolation --no-index --editable .
}

announce
began=$(date +%s)
moved() { [ -f "$1" ] && [ "$(sed -n 2p "$1")" != "$here" ]; }
if [ -f .venv/dure-begun ] || moved .venv/dure-run || moved .venv/dure-dev ||
    ! "$python" -c "$new_enough" 2> /dev/null || ! "$python" -m pip --version > /dev/null 2>&1; then
    make_venv
fi
: > .venv/dure-begun   # gone again at the end: while it stands, the folder is not to be trusted
if ! install_packages; then
    printf '\nsetup: the packages could not be installed. Does pip reach its index (pip config list)? The same command again starts afresh.\n' >&2
    exit 1
fi
printf '%s\n%s\n' "$(key requirements.lock)" "$here" > .venv/dure-run
if [ "$tier" = dev ]; then printf '%s\n%s\n' "$(key "$lock")" "$here" > .venv/dure-dev; fi
rm -f .venv/dure-begun
printf '%s s\n' "$(($(date +%s) - began))"
