"""Whom a guide can propose in place of an organisation that does not answer: others with the same solution."""

from collections.abc import Callable

from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.organisations.models import Organisation
from marketplace.reuse import queries
from marketplace.reuse.companions import companions_of
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.queries import Target

Reusers = Callable[[Entry], list[Organisation]]

_REUSERS: list[Reusers] = []


def register(reusers: Reusers) -> None:
    """Say which organisations reuse a solution, as both sides confirmed."""
    _REUSERS.append(reusers)


def list_alternatives(request: ReuseRequest) -> list[Target]:
    """Those that the catalogue knows, then those that reuse it; nobody who takes part in the request already."""
    entry = db.session().get_one(Entry, request.entry_id)
    found = {target.organisation.id: target for target in queries.list_targets(entry)}
    for reusers in _REUSERS:
        for organisation in reusers(entry):
            found.setdefault(organisation.id, Target(organisation, is_reuser=True))
    taking_part = {request.taker_id, request.giver_id, *companions_of(request)}
    return [target for target in found.values() if target.organisation.id not in taking_part]
