#!/bin/sh
# Run every script of tests/benchmarks and keep what they say in build/bench.txt; one that fails does not stop the rest.
set -eu
cd "$(dirname "$0")/.."
mkdir -p build
failed=0 found=0
{
    date -u '+%Y-%m-%d %H:%M UTC'
    .venv/bin/python -c 'import os, platform; print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores")'
} | tee build/bench.txt
for script in tests/benchmarks/*.py; do
    [ -e "$script" ] || continue
    found=1
    printf '\n== %s\n' "$script" | tee -a build/bench.txt
    # Not through a pipe: its exit code is wanted.
    .venv/bin/python "$script" >build/bench.part 2>&1 || { failed=1; echo "failed: $script" >>build/bench.part; }
    tee -a build/bench.txt <build/bench.part
done
rm -f build/bench.part
[ "$found" = 1 ] || echo 'bench: no script in tests/benchmarks'
exit $failed
