#!/bin/sh
# Creates or updates the virtual environment: with uv when it is there, otherwise with venv and pip from the pinned list.
set -eu
venv=$1
python=$2
if command -v uv >/dev/null 2>&1; then
    uv sync --quiet --frozen
    exit 0
fi
command -v "$python" >/dev/null 2>&1 || { echo "Python fehlt. Bitte Python 3.11 oder neuer installieren." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python $("$python" -V 2>&1 | cut -d' ' -f2) ist zu alt. Bitte Python 3.11 oder neuer installieren (make run PYTHON=python3.11)." >&2
    exit 1
}
if [ ! -x "$venv/bin/python" ]; then
    "$python" -m venv "$venv" || {
        echo "Die Umgebung lässt sich nicht anlegen. Unter Debian und Ubuntu hilft: apt install python3-venv" >&2
        exit 1
    }
fi
if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    "$venv/bin/python" -m ensurepip --upgrade >/dev/null
fi
echo "Umgebung wird eingerichtet …"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
