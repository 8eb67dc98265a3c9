#!/bin/sh
# Fetches the pinned front end packages and copies what the site serves to static/vendor/.
set -eu
bin=$1
PATH="$(cd "$bin" && pwd):$PATH"
export PATH
if ! command -v npm >/dev/null 2>&1; then
    # A wheel with Node inside; it lives in the virtual environment only.
    echo "Node fehlt und wird in die Umgebung gelegt …"
    "$bin/python" -m pip --version >/dev/null 2>&1 || "$bin/python" -m ensurepip >/dev/null
    "$bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r tools/node-requirements.txt
fi
echo "Gestaltung (KERN) wird geholt …"
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
"$bin/python" tools/vendor_assets.py
