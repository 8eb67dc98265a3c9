"""Copies the few files of the KERN design system that the site serves from node_modules to static/vendor."""

import shutil
import sys
from pathlib import Path

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


def main() -> int:
    """Copy what differs; safe to repeat and to interrupt. Exit code 1 with one sentence if the package is missing."""
    missing = [source for source in FILES if not (PACKAGE / source).is_file()]
    if missing:
        print(f"Es fehlt {PACKAGE / missing[0]}. Bitte zuerst „npm ci --ignore-scripts“ ausführen.", file=sys.stderr)
        return 1
    TARGET.mkdir(parents=True, exist_ok=True)
    for source, target in FILES.items():
        _copy_if_different(PACKAGE / source, TARGET / target)
    return 0


def _copy_if_different(source: Path, target: Path) -> None:
    if target.is_file() and target.read_bytes() == source.read_bytes():
        return
    # Beside it first, so that an interrupted copy never leaves half a file under the final name.
    unfinished = target.with_name(target.name + ".part")
    shutil.copyfile(source, unfinished)
    unfinished.replace(target)


if __name__ == "__main__":
    sys.exit(main())
