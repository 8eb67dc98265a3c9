"""Sample requests for the own machine: one to check, one in talks, one in use. All in them is invented and says so."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlmodel import select

from marketplace.accounts import sample
from marketplace.accounts.queries import find_account_by_mail
from marketplace.accounts.sessions import load_actor
from marketplace.catalogue.queries import find_entry
from marketplace.core import db
from marketplace.core.actor import Actor
from marketplace.organisations.queries import find_by_key
from marketplace.reuse import queries, sending, service
from marketplace.reuse.drafting import Typed
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.wishes import When, Wish

_MARK = "Erfundenes Beispiel: "


@dataclass(frozen=True)
class SampleRequest:
    """A request between two sample organisations, and how far it has come."""

    solution: str
    by: str
    taker: str
    wishes: tuple[Wish, ...]
    question: str
    steps: tuple[Callable[[ReuseRequest], None], ...] = ()


def _as(mail: str) -> Actor:
    account = find_account_by_mail(mail)
    if account is None:
        raise LookupError(mail)
    return load_actor(account)


def _step(name: str, mail: str, note: str = "") -> Callable[[ReuseRequest], None]:
    words = _MARK + note if note else ""
    return lambda request: service.act(
        name, request, actor=_as(mail), note=words, token=f"beispiel-{request.id}-{name}"
    )


def _says(mail: str, text: str) -> Callable[[ReuseRequest], None]:
    return lambda request: _write(request, mail, text)


def _write(request: ReuseRequest, mail: str, text: str) -> None:
    service.write(request, _MARK + text, token=f"beispiel-{request.id}-{len(text)}-{mail}", actor=_as(mail))


REQUESTS = (
    SampleRequest(
        "mobile-datenerfassung-gis", sample.MODEL_PROJECT, "07312000", (Wish.TALK, Wish.MATERIAL),
        "Wie lange hat es gedauert, bis der Bauhof damit gearbeitet hat, und was würden Sie heute anders machen?",
        (
            _step("request.forward", sample.GUIDE),
            _says(sample.TOWN, "Gut ein halbes Jahr. Am längsten dauerte es, die Datenfelder klein genug zu halten."),
            _says(sample.MODEL_PROJECT, "Danke! Könnten wir die Feldliste bekommen?"),
        ),
    ),
    SampleRequest(
        "weisendorf-sensorik", sample.MODEL_PROJECT, "07312000", (Wish.TOGETHER,),
        "Wir möchten die Auswertung der Bodenfeuchte gemeinsam weiterentwickeln. Haben Sie Interesse?",
    ),
    SampleRequest(
        "muenchen-transparent", sample.TOWN, "09572164", (Wish.MATERIAL,),
        "Lässt sich das für ein Ratsinformationssystem einer kleinen Gemeinde nutzen?",
    ),
)  # fmt: skip


def add_sample_requests() -> None:
    """Add the requests that are not there yet; without their solutions there are none."""
    for each in REQUESTS:
        _add(each)


def _add(each: SampleRequest) -> None:
    entry, taker = find_entry(each.solution), find_by_key(each.taker)
    if entry is None or taker is None or not entry.is_published or _is_there(entry.id or 0, taker.id or 0):
        return
    typed = Typed(each.wishes, When.HALF_YEAR, taker.inhabitants, _MARK + each.question, "", "")
    target = next(iter(queries.list_targets(entry)), None)
    request = sending.create_request(entry, typed, taker, target, token=f"beispiel-{each.solution}", actor=_as(each.by))
    for step in each.steps:
        step(request)


def _is_there(entry_id: int, taker_id: int) -> bool:
    found = select(ReuseRequest.id).where(ReuseRequest.entry_id == entry_id, ReuseRequest.taker_id == taker_id)
    return db.session().exec(found).first() is not None
