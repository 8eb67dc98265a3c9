"""What every template may use: strict names, German dates, numbers and amounts."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from flask import Flask
from flask_babel import gettext
from jinja2 import StrictUndefined

from marketplace.core.clock import BERLIN

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Make undefined names an error and register the filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date_de=date_de, moment_de=moment_de, number_de=number_de, euro=euro, partial_date_de=partial_date_de, host=host
    )
    app.jinja_env.globals["_"] = gettext


def date_de(value: date | datetime) -> str:
    """20. November 2026, in German time for a moment."""
    day = value.astimezone(BERLIN).date() if isinstance(value, datetime) else value
    return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"


def moment_de(value: datetime) -> str:
    """20. November 2026, 14:05 Uhr, in German time."""
    return f"{date_de(value)}, {value.astimezone(BERLIN):%H:%M} Uhr"


def partial_date_de(value: str) -> str:
    """2021 → 2021, 2021-03 → März 2021, 2021-03-15 → 15. März 2021."""
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 1:
        return str(parts[0])
    if len(parts) == 2:
        return f"{MONTHS[parts[1] - 1]} {parts[0]}"
    return date_de(date(*parts))


def number_de(value: int | Decimal, decimals: int = 0) -> str:
    """1234567.5 → 1.234.568; with two decimals 1.234.567,50."""
    return f"{value:,.{decimals}f}".replace(",", " ").replace(".", ",").replace(" ", ".")


def euro(value: Decimal | int | str) -> str:
    """1234.5 → 1.234,50 €; whole amounts without cents."""
    amount = Decimal(value)
    return number_de(amount, 0 if amount == amount.to_integral_value() else 2) + " €"


def host(address: str) -> str:
    """Host of a web address, for naming where a link leads."""
    return urlsplit(address).hostname or address
