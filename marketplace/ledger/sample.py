"""A sample solution with reuses for the own machine, so that map, table and costs have something to show.

All in it is invented and says so; the sample people speak for two of the towns.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from marketplace.accounts import sample
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.catalogue import entry_file
from marketplace.catalogue import queries as catalogue
from marketplace.catalogue import service as entries
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import clock
from marketplace.core.actor import Actor
from marketplace.ledger import service, telling
from marketplace.ledger.models import Reuse
from marketplace.ledger.rules import ReuseStage, Side
from marketplace.ledger.service import Words
from marketplace.organisations.models import Organisation
from marketplace.organisations.queries import find_by_key, map_keys_to_ids

_MARK = "Erfundenes Beispiel zum Ausprobieren. "
SLUG = "beispiel-nachgenutzte-loesung"
_GIVER_KEY = "07312000"
_LIVE_SINCE = timedelta(days=500)


@dataclass(frozen=True)
class SampleReuse:
    """That a town reuses the sample solution."""

    taker: str
    stage: ReuseStage = ReuseStage.RUNNING
    is_confirmed: bool = True
    via: str = ""
    """Town that passed it on."""
    ended: str = ""
    """Why it ended."""
    costs: Mapping[str, Any] = field(default_factory=dict)
    is_named: bool = True


REUSES = (
    SampleReuse(
        "09572164",
        costs={"one_off": 9_000, "yearly": 1_200, "person_days": 12, "months": 5, "again": "ja",
               "adapted": _MARK + "Formulare und Farben.", "wish_known": _MARK + "Dass der Bauhof mitreden will."},
    ),
    SampleReuse(
        "01054056", costs={"one_off": 21_000, "yearly": 2_400, "person_days": 20, "months": 8, "again": "anders"}
    ),
    SampleReuse("09276121", via="09572164", costs={"one_off": 6_500, "months": 3, "again": "ja"}, is_named=False),
    SampleReuse(
        "01003000", costs={"one_off": 48_000, "yearly": 9_800, "person_days": 45, "months": 11, "again": "ja"}
    ),
    SampleReuse("01055012", ReuseStage.BUILDING),
    SampleReuse("010585890", is_confirmed=False),
    SampleReuse("09463000", ended=_MARK + "Der Dienstleister hat den Betrieb eingestellt."),
)  # fmt: skip


def add_sample_reuses() -> int:
    """Publish the sample solution and let towns reuse it, once; returns the number of reuses."""
    giver = find_by_key(_GIVER_KEY)
    if giver is None or catalogue.find_entry(SLUG) is not None:
        return 0
    entry, known = _publish(giver), {}  # type: Entry, dict[str, Reuse]
    for each in REUSES:
        taker = find_by_key(each.taker)
        if taker is not None:
            known[each.taker] = _add(entry, giver, taker, each, known.get(each.via))
    return len(known)


def _publish(giver: Organisation) -> Entry:
    meta = {
        "art": Kind.SOLUTION.value, "id": SLUG, "titel": "Beispiel: Mängelmelder, der schon weitergereicht wurde",
        "kurz": _MARK + "Schäden werden auf der Website gemeldet; mehrere Orte haben das übernommen.",
        "handlungsfelder": ["verwaltung"], "stand": clock.today().year, "organisation": giver.key,
        "quellen": [{"dokument": "Erfundener Projektbericht (Beispiel)", "stelle": "Seite 1", "jahr": 2025}],
        "loesungstypen": ["anwendung"],
    }  # fmt: skip
    content = entry_file.from_front_matter(meta, "Alles auf dieser Seite ist **erfunden**.")
    return entries.publish_entry(None, content, organisation_ids=map_keys_to_ids(), author="sample", note="Beispiel")


def _add(entry: Entry, giver: Organisation, taker: Organisation, wanted: SampleReuse, via: Reuse | None) -> Reuse:
    speaks_for_taker = _speaker(sample.TOWN, taker)
    words = Words(variant=_MARK.strip(), since=clock.today() - _LIVE_SINCE)
    reuse = service.declare(entry, taker.id or 0, wanted.stage, words, actor=speaks_for_taker, via=via)
    if wanted.is_confirmed:
        speaks_for_giver = _speaker(sample.MODEL_PROJECT, giver)
        if via is not None:
            speaks_for_giver = Actor(program="sample", organisation_ids=frozenset({via.taker_id}))
        service.act("confirm", reuse, Side.GIVER, actor=speaks_for_giver)
    if wanted.costs:
        telling.tell(reuse, dict(wanted.costs), is_named=wanted.is_named, actor=speaks_for_taker)
    if wanted.ended:
        service.act("stop", reuse, Side.TAKER, actor=speaks_for_taker, reason=wanted.ended)
    return reuse


def _speaker(mail: str, place: Organisation) -> Actor:
    """The sample person of a place, if it is theirs; else the program speaks for it."""
    account = find_account_by_mail(mail)
    actor = load_actor(account) if account else None
    if actor is not None and actor.belongs_to(place.id):
        return actor
    return Actor(program="sample", organisation_ids=frozenset({place.id or 0}))
