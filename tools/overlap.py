"""Reports runs of six and more words of ``content/`` that stand in a source as well.

Run with ``python -m tools.overlap [--sources FOLDER] [--content FOLDER]``. Exit code 1 for findings, 2 without sources.
"""

import argparse
import sys
from pathlib import Path

from marketplace.config import ROOT
from marketplace.proofreading.cli import SOURCES
from marketplace.proofreading.service import read_files, read_overlaps


def main(arguments: list[str]) -> int:
    """Compare all files and print file, line and words of each finding."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=Path, default=SOURCES)
    parser.add_argument("--content", type=Path, default=ROOT / "content")
    options = parser.parse_args(arguments)
    files = read_files(options.content)
    sources = read_overlaps(options.content, files, options.sources)
    if sources is None:
        print(f"In {options.sources} liegen keine Texte (*.txt).", file=sys.stderr)
        return 2
    found = [overlap for file in files for overlap in sources.find(file)]
    for overlap in found:
        print(overlap)
    print(f"{len(files)} Dateien verglichen, {len(found)} Stellen.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
