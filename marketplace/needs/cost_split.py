"""How municipalities that do something together split what it costs: to the cent, nothing left over. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass

from marketplace.core.labels import Labelled

MOST_CENTS = 10**13
"""100 billion euro: more than any municipality spends, and small enough for every database."""
MOST_WEIGHT = 10**9


class SplitMethod(Labelled):
    """By what costs are split."""

    EQUAL = "gleich", "zu gleichen Teilen"
    INHABITANTS = "einwohner", "nach Zahl der Einwohnerinnen und Einwohner"
    FIXED = "schluessel", "nach festem Schlüssel"


@dataclass(frozen=True)
class Partner:
    """One municipality of a group, with what its share may be measured by."""

    organisation_id: int
    name: str
    inhabitants: int | None = None
    weight: int | None = None
    """Its part of the fixed key."""


@dataclass(frozen=True)
class ShareRow:
    """A line of the table."""

    partner: Partner
    measure: int
    """What the share is measured by: 1 each, inhabitants, or parts of the key."""
    once_cents: int
    yearly_cents: int


@dataclass(frozen=True)
class CostTable:
    """The whole table; the sums of its columns are what was split."""

    method: SplitMethod
    rows: tuple[ShareRow, ...]
    once_cents: int
    yearly_cents: int
    measure: int


def split(total: int, measures: Sequence[int]) -> list[int]:
    """Split cents in proportion to whole numbers; the sum is exactly ``total``.

    Everybody gets the part before the decimal point; the cents that are left go to the largest remainders, among equal
    ones to whoever stands first.
    """
    whole = sum(measures)
    if total < 0 or whole <= 0 or any(measure < 0 for measure in measures):
        raise ValueError("Nothing to split by.")
    shares = [total * measure // whole for measure in measures]
    remainders = [total * measure % whole for measure in measures]
    left = total - sum(shares)
    for index in sorted(range(len(shares)), key=lambda index: (-remainders[index], index))[:left]:
        shares[index] += 1
    return shares


def missing_measures(partners: Sequence[Partner], method: SplitMethod) -> list[Partner]:
    """Partners whose measure for this method is not known."""
    if method is SplitMethod.INHABITANTS:
        return [each for each in partners if not each.inhabitants]
    if method is SplitMethod.FIXED:
        return [each for each in partners if each.weight is None]
    return []


def cost_table(partners: Sequence[Partner], method: SplitMethod, *, once: int, yearly: int) -> CostTable | None:
    """The table of who pays how much of both sums; None while a measure is missing or all of them are zero."""
    if missing_measures(partners, method):
        return None
    measures = [_measure(partner, method) for partner in partners]
    if sum(measures) <= 0:
        return None
    rows = zip(partners, measures, split(once, measures), split(yearly, measures), strict=True)
    return CostTable(method, tuple(ShareRow(*row) for row in rows), once, yearly, sum(measures))


def _measure(partner: Partner, method: SplitMethod) -> int:
    if method is SplitMethod.EQUAL:
        return 1
    return (partner.inhabitants if method is SplitMethod.INHABITANTS else partner.weight) or 0


def read_euro(typed: str) -> int | None:
    """Cents of an amount as people write it (12.500,50 or 12500); None if it is none or too large."""
    text = "".join(typed.split()).removesuffix("€")
    whole, comma, cents = text.partition(",")
    groups = whole.split(".")
    has_groups = len(groups) > 1 and all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3
    digits = "".join(groups) if has_groups or len(groups) == 1 else ""
    if not _is_number(digits) or (comma and not (_is_number(cents) and len(cents) <= 2)):
        return None
    amount = int(digits) * 100 + int(cents.ljust(2, "0") or 0)
    return amount if amount <= MOST_CENTS else None


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 15
