"""``python -m bench.first_page FOLDER ADDRESS``: answers one page, says when that was done, and loads nothing else."""

import sys
import time
from pathlib import Path

from flask import Flask

from marketplace.app import create_app
from marketplace.config import Settings


def app_in(folder: Path) -> Flask:
    """The site on a database and an index in a folder."""
    return create_app(
        Settings(
            environment="development",
            database_url=f"sqlite:///{folder / 'bench.db'}",
            search_directory=folder / "search",
            rate_limits_enabled=False,
        )
    )


def main(folder: str, address: str) -> None:
    """Answer it and write down the moment, in seconds since 1970."""
    response = app_in(Path(folder)).test_client().get(address)
    if response.status_code != 200:
        raise SystemExit(f"{address}: {response.status_code}")
    sys.stdout.write(f"{time.time()}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
