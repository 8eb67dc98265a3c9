"""Who may do what to questions, judged by a few facts about them (docs/permissions.md)."""

from dataclasses import dataclass

from marketplace.catalogue.permissions import Stake
from marketplace.core.actor import Actor
from marketplace.core.permissions import allow
from marketplace.reuse.permissions import Sides, parts_of
from marketplace.reuse.workflow import Part


@dataclass(frozen=True)
class QuestionOf:
    """A question: about whose entry, asked by whom, proposed by which side."""

    stake: Stake
    asker_id: int | None
    asker_organisation_id: int | None = None
    """For which it was asked in a request; None for what somebody asked directly."""
    giver_id: int | None = None
    """The organisation that answered in a request, if it is not that of the entry."""
    proposer_organisation_id: int | None = None


def _is_asker(actor: Actor, question: QuestionOf) -> bool:
    """The person who asked; in a request everybody of the asking organisation."""
    is_person = actor.account_id is not None and actor.account_id == question.asker_id
    return is_person or actor.belongs_to(question.asker_organisation_id)


def _answers_for(actor: Actor, question: QuestionOf) -> bool:
    return actor.belongs_to(question.stake.organisation_id) or actor.belongs_to(question.giver_id)


def _is_responsible(actor: Actor, question: QuestionOf) -> bool:
    return actor.is_site_admin or actor.guides(question.stake.official_key, question.stake.action_fields)


def _is_other_side(actor: Actor, question: QuestionOf) -> bool:
    """Members of the side that did not propose it."""
    proposed_by_asker = question.proposer_organisation_id == question.asker_organisation_id
    side = question.giver_id or question.stake.organisation_id if proposed_by_asker else question.asker_organisation_id
    return question.proposer_organisation_id is not None and actor.belongs_to(side)


@allow("question.ask")
def anyone_signed_in_asks(actor: Actor, _nothing: object) -> bool:
    """Everybody with an account."""
    return actor.is_signed_in


@allow("question.see")
def participant_sees(actor: Actor, question: QuestionOf) -> bool:
    """Whoever asked, members of the organisations on both sides, responsible guides, site admins."""
    return _is_asker(actor, question) or _answers_for(actor, question) or _is_responsible(actor, question)


@allow("question.answer")
def owner_or_responsible_answers(actor: Actor, question: QuestionOf) -> bool:
    """Members of the entry's organisation, responsible guides, site admins; nobody their own question."""
    is_own = actor.account_id is not None and actor.account_id == question.asker_id
    return not is_own and (_answers_for(actor, question) or _is_responsible(actor, question))


@allow("question.propose")
def side_proposes(actor: Actor, sides: Sides) -> bool:
    """Members of either side of a request."""
    return bool(parts_of(actor, sides) & {Part.TAKER, Part.GIVER})


@allow("question.agree")
def other_side_agrees(actor: Actor, question: QuestionOf) -> bool:
    """Members of the side that did not propose it."""
    return _is_other_side(actor, question)


@allow("question.refuse")
def other_side_refuses(actor: Actor, question: QuestionOf) -> bool:
    """Members of the side that did not propose it."""
    return _is_other_side(actor, question)


@allow("question.dismiss")
def owner_or_responsible_dismisses(actor: Actor, question: QuestionOf) -> bool:
    """Who may answer may also say, with a reason, that a question is not answered here."""
    return owner_or_responsible_answers(actor, question)


@allow("question.withdraw")
def participant_withdraws(actor: Actor, question: QuestionOf) -> bool:
    """Whoever asked, members of the organisations on both sides, responsible guides, site admins."""
    return participant_sees(actor, question)
