"""Sample Gesuche for the own machine: one with a group, one alone. All in them is invented and says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from marketplace.accounts import sample
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.accounts.tokens import hash_token
from marketplace.catalogue.vocabulary import ActionField
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.needs import groups, queries, service
from marketplace.needs.cost_split import SplitMethod
from marketplace.needs.models import Need, NeedSeeker
from marketplace.needs.service import NeedText
from marketplace.organisations.queries import find_by_key

_MARK = "Erfundenes Beispiel zum Ausprobieren. "


@dataclass(frozen=True)
class SampleNeed:
    """A Gesuch of a sample organisation, who looks for the same, and what was answered and written."""

    by: str
    organisation: str
    text: NeedText
    seekers: tuple[str, ...] = ()
    """Keys of further municipalities; nobody speaks for them."""
    answers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Organisation and text by the address of a sample person."""
    message: str = ""
    costs: tuple[int, int] = (0, 0)
    """Cents once and yearly, by inhabitants."""


NEEDS = (
    SampleNeed(
        sample.TOWN, "09572164",
        NeedText(
            "Beispiel: Pegelmessung für kleine Bäche",
            _MARK + "Unsere Bäche steigen bei Starkregen in einer Stunde um einen Meter. Wir suchen eine Messung, die "
            "ein Bauhof mit drei Leuten betreiben kann, mit Warnung an die Feuerwehr.",
            "Pegel Starkregen", (ActionField.WATER, ActionField.CLIMATE_ADAPTATION), 6800,
        ),
        seekers=("09276121", "01054056"),
        answers={sample.MODEL_PROJECT: ("07312000", _MARK + "Unser Funknetz trägt auch Sensoren von Nachbarn.")},
        message=_MARK + "Ein gemeinsamer Vertrag über die Wartung wäre für alle billiger. Wer könnte ihn führen?",
        costs=(24_000_00, 3_150_50),
    ),
    SampleNeed(
        sample.MODEL_PROJECT, "07312000",
        NeedText(
            "Beispiel: Gemeinsame Schulung zu offenen Daten",
            _MARK + "Wir möchten Beschäftigte schulen, die Daten veröffentlichen, und suchen Kommunen, die eine "
            "Schulung schon gehalten haben oder eine mit uns vorbereiten.",
            "Schulung offene Daten", (ActionField.DATA,), 101_000,
        ),
    ),
)  # fmt: skip


def add_sample_needs() -> None:
    """Publish those that were never there."""
    for number, each in enumerate(NEEDS):
        token = f"beispiel-gesuch-{number}"
        if queries.find_by_token(hash_token(token)) is None:
            _add(each, token)


def _as(mail: str) -> Actor | None:
    account = find_account_by_mail(mail)
    return load_actor(account) if account else None


def _add(each: SampleNeed, token: str) -> None:
    actor, organisation = _as(each.by), find_by_key(each.organisation)
    if actor is None or organisation is None:
        return
    need = service.publish_need(token, each.text, organisation, actor=actor)
    for mail, (key, text) in each.answers.items():
        answering, place = _as(mail), find_by_key(key)
        if answering and place:
            service.answer_need(need, f"{token}-{mail}", text, None, place, actor=answering)
    _gather(need, each, token, actor)


def _gather(need: Need, each: SampleNeed, token: str, actor: Actor) -> None:
    others = [place for key in each.seekers if (place := find_by_key(key))]
    db.session().add_all(
        NeedSeeker(need_id=need.id, organisation_id=place.id, joined_at=clock.now()) for place in others
    )
    db.session().flush()
    guide = _as(sample.GUIDE)
    if not each.message or guide is None or queries.count_seekers(need) < len(each.seekers) + 1:
        return
    group = groups.open_group(need, actor=guide)
    groups.write_message(need, f"{token}-nachricht", each.message, find_by_key(each.organisation), actor=actor)
    once, yearly = each.costs
    groups.save_costs(need, SplitMethod.INHABITANTS, once, yearly, {}, seen=group.revision, actor=actor)
