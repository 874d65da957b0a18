#!/bin/sh
# Writes every hash lock in requirements/ anew. Needs uv. The locks name packages and hashes only:
# where packages come from is the business of the machine that installs them.
set -eu
cd "$(dirname "$0")/.."

UV=${UV:-uv}
command -v "$UV" >/dev/null 2>&1 || { echo "\`uv\` is missing: install it, or name it with UV=..." >&2; exit 1; }

lock() { # OUTPUT ARGUMENTS...
    output=requirements/$1
    shift
    "$UV" pip compile --quiet --upgrade --generate-hashes --universal --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate --output-file "$output" "$@"
    echo "$output"
}

lock run.txt --extra local --extra service --extra links pyproject.toml
lock dev.txt --extra local --extra service --extra links --extra google --extra dev --constraint requirements/run.txt pyproject.toml
lock build.txt --constraint requirements/dev.txt requirements/build.in
lock models.txt --no-deps requirements/models.in
lock ffmpeg.txt requirements/ffmpeg.in
lock node.txt requirements/node.in
