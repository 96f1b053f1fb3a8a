#!/bin/sh
# Add the system packages that some tests need, or say what is missing and which tests will be skipped.
# `system.sh again` tries once more what failed before.
set -eu
cd "$(dirname "$0")/.."
failed_before=.venv/.system-failed

say() { printf 'system: %s\n' "$*" >&2; }
has() { command -v "$1" >/dev/null 2>&1; }
has_file() { ls $1 >/dev/null 2>&1; }  # unquoted: the pattern is to be expanded

look() {
    missing= skipped=
    need() { missing="$missing $1"; case " $skipped " in *" $2 "*) ;; *) skipped="$skipped $2" ;; esac; }
    has tesseract || need tesseract-ocr ocr
    has tesseract && tesseract --list-langs 2>/dev/null | grep -qx bul || need tesseract-ocr-bul ocr
    has chromium || has chromium-browser || has google-chrome || need chromium browser
    has_file '/usr/share/fonts/*/dejavu*/DejaVuSans.ttf' || need fonts-dejavu-core browser
    has_file '/usr/share/fonts/*/noto*/NotoSans-Regular.ttf' || need fonts-noto-core browser
    has initdb || has_file '/usr/lib/postgresql/*/bin/initdb' || need postgresql postgres
    has antiword || need antiword office
    has bsdtar || need libarchive-tools office
    missing=${missing# } skipped=${skipped# }
}

go_on() {
    say "missing: $missing; $1"
    say "tests marked $(echo "$skipped" | sed 's/ /, /g') will be skipped where they need it"
    exit 0
}

look
[ -n "$missing" ] || { rm -f "$failed_before"; exit 0; }
[ "${OTCHET_NO_APT:-}" != 1 ] || go_on "OTCHET_NO_APT=1 forbids installing"
has apt-get || go_on "there is no apt-get here"
if [ "$(id -u)" = 0 ]; then root=
elif has sudo && sudo -n true 2>/dev/null; then root="sudo -n"
else go_on "neither root nor sudo without a password; as root: apt-get install $missing"
fi
if [ "${1:-}" != again ] && [ "$(cat "$failed_before" 2>/dev/null)" = "$missing" ]; then
    go_on "installing failed before (make system tries again)"
fi

say "will be installed with apt-get${root:+ by sudo}: $missing (OTCHET_NO_APT=1 forbids it)"
apt() { $root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@"; }
quiet() { apt "$@" >"$log" 2>&1 </dev/null || { tail -n 5 "$log" >&2; return 1; }; }
log=$(mktemp)
trap 'rm -f "$log"' EXIT

quiet -o APT::Update::Error-Mode=any update || { sleep 5; quiet update; } || say "apt-get update failed, trying with the lists as they are"
# All at once, else one by one: a name that this system does not know must not keep the others out.
if ! quiet install -y --no-install-recommends $missing; then
    for package in $missing; do
        quiet install -y --no-install-recommends "$package" || say "apt-get could not install $package"
    done
fi
look
[ -n "$missing" ] || { rm -f "$failed_before"; say "ready"; exit 0; }
[ ! -d .venv ] || echo "$missing" >"$failed_before"
go_on "apt-get did not bring it"
