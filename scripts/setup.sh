#!/bin/sh
# Make .venv and sync the lock into it: `setup.sh core` for running, `setup.sh dev` for tests and lint too.
set -eu
cd "$(dirname "$0")/.."
kind=$1

say() { printf 'setup: %s\n' "$*" >&2; }

# True for a Python that runs and is new enough: a shim may stand in the path and lead nowhere.
is_new() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
has_venv() { "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])'; }

choose_python() {
    if [ -n "${PYTHON:-}" ]; then
        has_venv "$PYTHON" || { say "$PYTHON has no venv: install python$(version "$PYTHON")-venv"; exit 1; }
        echo "$PYTHON"
        return
    fi
    bare=
    for name in python3.13 python3.12 python3.11 python3; do
        is_new "$name" || continue
        if has_venv "$name"; then echo "$name"; return; fi
        bare=${bare:-$name}
    done
    if [ -n "$bare" ]; then
        say "$bare has no venv: install python$(version "$bare")-venv (apt-get install python$(version "$bare")-venv)"
    else
        say "needs Python 3.11 or newer, found none; PYTHON=/path/to/python names one"
    fi
    exit 1
}

# What comes over the network may fail once: three tries.
try() {
    for pause in 3 10 0; do
        if "$@"; then return 0; fi
        [ "$pause" = 0 ] || { say "failed, once more in $pause s"; sleep "$pause"; }
    done
    say "could not do: $*"
    return 1
}

if [ -n "${PYTHON:-}" ] && ! is_new "$PYTHON"; then
    say "PYTHON=$PYTHON is no Python 3.11 or newer"
    exit 1
fi
if [ -n "${PYTHON:-}" ] && is_new .venv/bin/python && [ "$(version .venv/bin/python)" != "$(version "$PYTHON")" ]; then
    say ".venv has Python $(version .venv/bin/python), $PYTHON was asked for: making it anew"
    rm -rf .venv
fi
if ! is_new .venv/bin/python || ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    python=$(choose_python)
    say "making .venv with Python $(version "$python")"
    "$python" -m venv --clear .venv
fi
if ! .venv/bin/uv --version >/dev/null 2>&1; then
    say "installing uv into .venv"
    try .venv/bin/python -m pip install --quiet --disable-pip-version-check 'uv>=0.9,<1'
fi

# The lock decides, whatever Python, environment or index the caller's own uv settings name.
unset UV_PYTHON UV_PROJECT_ENVIRONMENT VIRTUAL_ENV
export UV_PYTHON_DOWNLOADS=never UV_HTTP_TIMEOUT="${UV_HTTP_TIMEOUT:-120}"
if [ "$kind" = dev ]; then
    say "installing what the lock names, with the tools for tests"
    try .venv/bin/uv sync --quiet --frozen --all-extras
    touch .venv/.core-ready .venv/.dev-ready
else
    say "installing what the lock names (some 400 MB the first time)"
    try .venv/bin/uv sync --quiet --frozen --no-dev --inexact
    touch .venv/.core-ready
fi
say "ready"
