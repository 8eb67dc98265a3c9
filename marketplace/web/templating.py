"""What every template may use: strict names; dates, numbers and amounts as German or as English pages write them."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import urlsplit

from flask import Flask
from jinja2 import StrictUndefined

from marketplace.core.clock import BERLIN
from marketplace.web.language import is_english

MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def init_app(app: Flask) -> None:
    """Make undefined names an error and register the filters."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        date_de=day, moment_de=moment, number_de=number, euro=euro, partial_date_de=partial_day, host=host
    )


def day(value: date | datetime) -> str:
    """The filter ``date_de``: 20. November 2026, or 20 November 2026 on English pages."""
    return _english_day(_german_day(value)) if is_english() else date_de(value)


def moment(value: datetime) -> str:
    """The filter ``moment_de``: 20. November 2026, 14:05 Uhr, or 20 November 2026, 14:05; always in German time."""
    return f"{day(value)}, {value.astimezone(BERLIN):%H:%M}" if is_english() else moment_de(value)


def partial_day(value: str) -> str:
    """The filter ``partial_date_de``: März 2021 or March 2021, for what is known no better than that."""
    if not is_english():
        return partial_date_de(value)
    parts = [int(part) for part in value.split("-")]
    if len(parts) == 3:
        return _english_day(date(*parts))
    return f"{ENGLISH_MONTHS[parts[1] - 1]} {parts[0]}" if len(parts) == 2 else str(parts[0])


def number(value: int | Decimal, decimals: int = 0) -> str:
    """The filter ``number_de``: 1.234,50 or 1,234.50. What a form field holds is always German, see ``number_de``."""
    return f"{value:,.{decimals}f}" if is_english() else number_de(value, decimals)


def date_de(value: date | datetime) -> str:
    """20. November 2026, in German time for a moment."""
    on = _german_day(value)
    return f"{on.day}. {MONTHS[on.month - 1]} {on.year}"


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
    """1234.5 → 1.234,50 €, or €1,234.50 on English pages; whole amounts without cents."""
    amount = Decimal(value)
    written = number(amount, 0 if amount == amount.to_integral_value() else 2)
    return f"€{written}" if is_english() else f"{written} €"


def host(address: str) -> str:
    """Host of a web address, for naming where a link leads."""
    return urlsplit(address).hostname or address


def _german_day(value: date | datetime) -> date:
    return value.astimezone(BERLIN).date() if isinstance(value, datetime) else value


def _english_day(value: date) -> str:
    return f"{value.day} {ENGLISH_MONTHS[value.month - 1]} {value.year}"
