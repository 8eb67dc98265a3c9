"""Copies the few files of the KERN design system that the site serves from node_modules to static/vendor.

The style sheet of 340 KB gets compressed copies beside it, which WhiteNoise sends instead: 22 KB for every page.
"""

import gzip
import sys
from collections.abc import Callable
from pathlib import Path

import brotli

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "node_modules" / "@kern-ux" / "native"
TARGET = ROOT / "static" / "vendor" / "kern"

FILES = {
    "dist/kern.min.css": "kern.min.css",
    "dist/fonts/fira-sans/FiraSans-Regular.woff2": "FiraSans-Regular.woff2",
    "dist/fonts/fira-sans/FiraSans-Italic.woff2": "FiraSans-Italic.woff2",
    "dist/fonts/fira-sans/FiraSans-Medium.woff2": "FiraSans-Medium.woff2",
    "dist/fonts/fira-sans/FiraSans-SemiBold.woff2": "FiraSans-SemiBold.woff2",
    "LICENSE.md": "LICENSE.md",
}

COMPRESSED: dict[str, Callable[[bytes], bytes]] = {
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".br": brotli.compress,
}


def main() -> int:
    """Write what differs; safe to repeat and to interrupt. Exit code 1 with one sentence if the package is missing."""
    missing = [source for source in FILES if not (PACKAGE / source).is_file()]
    if missing:
        print(f"Es fehlt {PACKAGE / missing[0]}. Bitte zuerst „npm ci --ignore-scripts“ ausführen.", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, name in FILES.items():
        data = (PACKAGE / source).read_bytes()
        _write_if_different(TARGET / name, data)
        if name.endswith(".css"):
            for suffix, compress in COMPRESSED.items():
                _write_if_different(TARGET / (name + suffix), compress(data))
    return 0


def _write_if_different(target: Path, data: bytes) -> None:
    if target.is_file() and target.read_bytes() == data:
        return
    # Beside it first, so that an interruption never leaves half a file under the final name.
    unfinished = target.with_name(target.name + ".part")
    unfinished.write_bytes(data)
    unfinished.replace(target)


if __name__ == "__main__":
    sys.exit(main())
