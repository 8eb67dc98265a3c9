"""Who may do what to a Gesuch, judged by a few facts about it (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.core.actor import Actor
from marketplace.core.permissions import allow


@dataclass(frozen=True)
class ForWhom:
    """The organisation in whose name somebody wants to look for something, or to answer."""

    organisation_id: int | None
    is_municipal: bool = True
    """Whether it is a municipality, an association of some or a Kreis."""


@dataclass(frozen=True)
class NeedOf:
    """A Gesuch: whose it is, where it belongs, who looks for the same."""

    organisation_id: int
    official_key: str | None = None
    action_fields: frozenset[str] = frozenset()
    seeker_ids: frozenset[int] = frozenset()
    """Organisations that look for it, the first one included."""
    has_group: bool = False
    decided_by: str = ""
    """Who took the last decision, as the audit log names them."""


@dataclass(frozen=True)
class AnswerOf:
    """An answer to a Gesuch and the account that wrote it."""

    need: NeedOf
    account_id: int | None


def _is_responsible(actor: Actor, need: NeedOf) -> bool:
    return actor.is_site_admin or actor.guides(need.official_key, need.action_fields)


def _is_seeker(actor: Actor, need: NeedOf) -> bool:
    return bool(actor.organisation_ids & need.seeker_ids)


@allow("need.publish")
def member_of_municipality_publishes(actor: Actor, whom: ForWhom) -> bool:
    """Confirmed members of a municipality, for that one."""
    return whom.is_municipal and actor.belongs_to(whom.organisation_id)


@allow("need.join")
def member_of_municipality_joins(actor: Actor, whom: ForWhom) -> bool:
    """The same people."""
    return whom.is_municipal and actor.belongs_to(whom.organisation_id)


@allow("need.manage")
def member_manages(actor: Actor, need: NeedOf) -> bool:
    """Members of the municipality that published it."""
    return actor.belongs_to(need.organisation_id)


@allow("need.answer")
def confirmed_member_or_guide_answers(actor: Actor, _nothing: object) -> bool:
    """Confirmed members of any organisation, guides, site admins."""
    return bool(actor.organisation_ids) or actor.is_guide or actor.is_site_admin


@allow("need.remove_answer")
def author_or_responsible_removes(actor: Actor, answer: AnswerOf) -> bool:
    """Whoever wrote it, responsible guides, site admins."""
    is_own = actor.account_id is not None and actor.account_id == answer.account_id
    return is_own or _is_responsible(actor, answer.need)


@allow("need.decide")
def responsible_outsider_decides(actor: Actor, need: NeedOf) -> bool:
    """Responsible guides and site admins; nobody about what their own organisation published."""
    return _is_responsible(actor, need) and not actor.belongs_to(need.organisation_id)


@allow("need.object")
def member_objects(actor: Actor, need: NeedOf) -> bool:
    """Members of the municipality that published it."""
    return actor.belongs_to(need.organisation_id)


@allow("need.decide_objection")
def another_responsible_decides(actor: Actor, need: NeedOf) -> bool:
    """The same as for decisions, but never who took the decision."""
    return responsible_outsider_decides(actor, need) and actor.reference != need.decided_by


@allow("need.open_group")
def responsible_opens_group(actor: Actor, need: NeedOf) -> bool:
    """Responsible guides and site admins."""
    return _is_responsible(actor, need)


@allow("need.see_group")
def seeker_or_responsible_sees(actor: Actor, need: NeedOf) -> bool:
    """Members of the municipalities that look for it, responsible guides, site admins."""
    return need.has_group and (_is_seeker(actor, need) or _is_responsible(actor, need))


@allow("need.write_in_group")
def seeker_or_responsible_writes(actor: Actor, need: NeedOf) -> bool:
    """The same people."""
    return seeker_or_responsible_sees(actor, need)


@allow("need.split_costs")
def seeker_splits(actor: Actor, need: NeedOf) -> bool:
    """The same people."""
    return seeker_or_responsible_sees(actor, need)


@allow("need.ask_together")
def member_of_first_asks(actor: Actor, need: NeedOf) -> bool:
    """Members of the municipality that published it, for the group."""
    return need.has_group and actor.belongs_to(need.organisation_id)
