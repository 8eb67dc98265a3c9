"""Requests for tests: two towns, a solution of one of them, people on both sides, a guide."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from marketplace.accounts.models import Account
from marketplace.catalogue.kinds import Kind
from marketplace.catalogue.models import Entry
from marketplace.core import db
from marketplace.core.clock import BERLIN
from marketplace.organisations.models import Organisation
from marketplace.reuse import sending
from marketplace.reuse.drafting import Typed
from marketplace.reuse.models import ReuseRequest
from marketplace.reuse.queries import Target
from marketplace.reuse.wishes import When, Wish
from tests.factories.accounts import add_domain
from tests.factories.catalogue import add_entry, add_organisation
from tests.factories.people import actor_of, add_person

MONDAY = datetime(2026, 11, 2, 10, 0, tzinfo=BERLIN)
"""A Monday in a week without public holidays."""

ASKED = Typed((Wish.TALK,), When.HALF_YEAR, 4200, "Wie lange hat es gedauert?", "", "")


@dataclass
class World:
    """Who and what there is."""

    taker: Organisation
    giver: Organisation
    solution: Entry
    asks: Account
    """Somebody of the asking town."""
    answers: Account
    """Somebody of the town that has the solution."""
    guide: Account
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """Whom a request goes to."""
        return Target(self.giver)


def make_world(*, is_known: bool = True) -> World:
    """Weisendorf asks, Kaiserslautern has; the guide answers for Bavaria. Both mail domains are known, or neither."""
    taker = add_organisation("09572164", "Weisendorf", inhabitants=6800)
    giver = add_organisation("07312000", "Kaiserslautern", inhabitants=101_000)
    if is_known:
        add_domain(taker, "weisendorf.example")
    return World(
        taker,
        giver,
        add_entry(Kind.SOLUTION, "pegelmelder", titel="Pegelmelder für Bäche", organisation="07312000"),
        add_person("Wiebke Rathaus", member_of=taker),
        add_person("Moritz Modell", member_of=giver),
        add_person("Lotte Lotsin", remits=(("09", ""),)),
    )


def send_request(
    world: World,
    *,
    by: Account | None = None,
    token: str = "formular-0001",  # noqa: S107
    **more: Any,
) -> ReuseRequest:
    """A request of the asking town, sent just now."""
    facts = {"taker": world.taker, "target": world.target, "entry": world.solution, **more}
    request = sending.create_request(
        facts["entry"], more.get("typed", ASKED), facts["taker"], facts["target"], token=token,
        actor=actor_of(by or world.asks),
    )  # fmt: skip
    db.session().flush()
    return request
