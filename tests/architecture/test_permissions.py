"""docs/permissions.md is the table of who may what: every action, every part somebody can play, yes or no."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from marketplace.accounts.models import GuideCover, Invitation, Membership
from marketplace.accounts.permissions import InvitationOf, MembershipOf
from marketplace.accounts.roles import MembershipStatus
from marketplace.catalogue import lifecycle
from marketplace.catalogue.permissions import Stake
from marketplace.cli import blaupause
from marketplace.config import ROOT
from marketplace.core.actor import ANONYMOUS, Actor, Remit
from marketplace.core.permissions import is_allowed, list_actions
from marketplace.curation.duplicates.permissions import PairOf
from marketplace.curation.objections.permissions import ObjectionOf
from marketplace.curation.reports.permissions import ReportOf
from marketplace.ledger import service as ledger
from marketplace.ledger.permissions import Sides as LedgerSides
from marketplace.ledger.permissions import Voice
from marketplace.ledger.rules import Side
from marketplace.needs.permissions import AnswerOf, ForWhom, NeedOf
from marketplace.organisations.models import Organisation
from marketplace.questions.permissions import QuestionOf
from marketplace.reuse import workflow
from marketplace.reuse.permissions import Sides
from marketplace.search.guidance import EXPLAIN, SEE_PHRASES

assert blaupause, "Importing the commands imports every feature and with it every rule."

HERE, ELSEWHERE, PERSON = 1, 2, 7

PARTS = {
    "ohne Konto": ANONYMOUS,
    "mit Konto": Actor(account_id=8),
    "selbst": Actor(account_id=PERSON),
    "Mitglied": Actor(account_id=9, organisation_ids=frozenset({HERE})),
    "Verwaltung der Organisation": Actor(account_id=10, organisation_ids=frozenset({HERE}), admin_of=frozenset({HERE})),
    "Verwaltung einer anderen": Actor(
        account_id=11, organisation_ids=frozenset({ELSEWHERE}), admin_of=frozenset({ELSEWHERE})
    ),
    "Lotse des Gebiets": Actor(account_id=12, remits=(Remit("09"),)),
    "Lotse anderswo": Actor(account_id=13, remits=(Remit("07"), Remit("", "mobilitaet"))),
    "Verwaltung der Website": Actor(account_id=14, is_site_admin=True),
}
"""Everybody who may come along; „selbst“ is the person whose account, membership, notice or draft it is."""

ORGANISATION = Organisation(id=HERE, key="09572164", name="Weisendorf", kind="gemeinde")
MEMBERSHIP = SimpleNamespace(id=1, account_id=PERSON, organisation_id=HERE, status=MembershipStatus.CONFIRMED)
STAKE = Stake(organisation_id=HERE, official_key="09572164", author_ids=frozenset({PERSON}))

GIVEN = LedgerSides(giver_id=HERE, taker_id=3, keys=("09572164",))
"""A reuse of what the organisation of the table gave, by a third one."""
TAKEN = LedgerSides(giver_id=3, taker_id=HERE, keys=("09572164",))
SIDES = Sides(taker_id=HERE, giver_id=ELSEWHERE, keys=frozenset({"09572164", "05315000"}))
NEED = NeedOf(HERE, "09572164", seeker_ids=frozenset({HERE}), has_group=True, decided_by="account:99")
QUESTION = QuestionOf(STAKE, asker_id=PERSON, asker_organisation_id=99, proposer_organisation_id=99)

THINGS: dict[str, Any] = {
    "absence": HERE,
    "account": PERSON,
    "bulk_upload": PERSON,
    "collection": None,
    "cover": GuideCover(absent_id=PERSON, stand_in_id=99),  # type: ignore[call-arg]
    "draft": STAKE,
    "entry": STAKE,
    "invitation": ORGANISATION,
    "ledger": GIVEN,
    "membership": MembershipOf(MEMBERSHIP, ORGANISATION),  # type: ignore[arg-type]
    "need": NEED,
    "notice": PERSON,
    "objection": ObjectionOf(STAKE, objector_id=9, decided_by="account:99"),
    "organisation": ORGANISATION,
    "pair": PairOf(STAKE, STAKE),
    "proposal": None,
    "person": SimpleNamespace(id=PERSON),
    "question": QUESTION,
    "subscription": PERSON,
    "request": SIDES,
    "report": ReportOf(STAKE, reporter_id=PERSON),
    "search": None,
}
"""What the actions of the table are done to, by the first word of their names."""

SPECIAL = {
    "ledger.advance": TAKEN,
    "ledger.confirm": Voice(GIVEN, Side.GIVER),
    "ledger.deny": Voice(GIVEN, Side.GIVER),
    "ledger.tell_costs": TAKEN,
    "need.join": ForWhom(HERE),
    "need.publish": ForWhom(HERE),
    "need.remove_answer": AnswerOf(NEED, PERSON),
    "question.propose": SIDES,
    "bulk_upload.create": HERE,
    "objection.raise": STAKE,
    "invitation.withdraw": InvitationOf(Invitation(organisation_id=HERE), ORGANISATION),
}  # type: ignore[call-arg]


def thing_of(action: str) -> Any:
    return SPECIAL.get(action) or THINGS[action.partition(".")[0]]


def table() -> dict[str, list[str]]:
    """Cells of the table in the document by action, the heading under „Aktion“."""
    text = (ROOT / "docs" / "permissions.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.split("\n") if line.startswith("|")]
    return {re.sub("`", "", row[0]): row[1:] for row in rows}


def test_the_table_has_every_action_and_every_part() -> None:
    rows = table()
    assert rows["Aktion"] == ["was", *PARTS]
    assert sorted(set(rows) - {"Aktion"} - {key for key in rows if set(key) <= {"-"}}) == list_actions()


@pytest.mark.parametrize("action", list_actions())
def test_who_may(action: str) -> None:
    written = dict(zip(PARTS, table()[action][1:], strict=True))
    real = {
        part: "ja" if is_allowed(action, thing_of(action), actor=actor) else "nein" for part, actor in PARTS.items()
    }
    assert real == written, f"{action}: docs/permissions.md und der Code sind verschiedener Meinung."


ASKED_BY_TABLE = {*lifecycle.ACTIONS, *workflow.ACTIONS, *ledger._PERMISSIONS.values(), EXPLAIN, SEE_PHRASES}
"""Actions that a service reads from a table and asks for by a variable; that these refuse is tested beside them."""


def test_for_every_action_something_asks() -> None:
    """A rule that no service asks for would be kept by nobody."""
    sources = (ROOT / "marketplace").rglob("*.py")
    asked = {name for path in sources for name in re.findall(r'authorize\(\s*"([a-z_.]+)"', path.read_text("utf-8"))}
    assert asked | ASKED_BY_TABLE == set(list_actions())


def test_nobody_may_anything_without_an_account() -> None:
    for action in list_actions():
        assert not is_allowed(action, thing_of(action), actor=ANONYMOUS), action


def test_membership_in_one_organisation_is_none_in_another() -> None:
    other = Organisation(id=3, key="07312000", name="Kaiserslautern", kind="gemeinde")
    for action in ("invitation.send", "organisation.see_members"):
        allowed = {part for part, actor in PARTS.items() if is_allowed(action, other, actor=actor)}
        assert allowed <= {"Lotse anderswo", "Verwaltung der Website"}


def test_a_membership_is_of_the_type_the_rules_expect() -> None:
    assert set(vars(MEMBERSHIP)) <= set(Membership.model_fields)
