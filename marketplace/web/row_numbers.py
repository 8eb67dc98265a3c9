"""Numbers in addresses that name a row: one larger than any row has is an unknown address, not a fault of the site."""

from typing import Any

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST = 2**31 - 1
"""PostgreSQL refuses larger ones with an error, SQLite from 2**63 on."""


class RowNumberConverter(IntegerConverter):
    """What ``<int:…>`` means on this site."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": LARGEST, **options})


def init_app(app: Flask) -> None:
    """Read numbers in addresses this way; before any address is registered."""
    app.url_map.converters["int"] = RowNumberConverter
