"""Comments at single fields: a reviewer asks, the author changes the field or answers before handing the draft in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import col, select

from marketplace.catalogue.drafts.form_fields import ATTACHMENTS_PAGE, CONTACT_PAGE, all_keys, fields_of, label_of
from marketplace.catalogue.drafts.models import Draft, DraftComment
from marketplace.catalogue.drafts.service import authorize_change
from marketplace.catalogue.drafts.typed import clean
from marketplace.catalogue.kinds import Kind
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.errors import DomainError
from marketplace.core.labels import Label

MAX_COMMENT = 1000
_BESIDE = {ATTACHMENTS_PAGE: Label("Anlagen"), CONTACT_PAGE: Label("Ansprechstelle")}
"""What belongs to a draft and is no field."""


@dataclass(frozen=True)
class Remark:
    """A comment with the label of its field, as pages show it."""

    comment: DraftComment
    label: str

    @property
    def is_open(self) -> bool:
        """Whether the author has neither answered nor ticked it off."""
        return self.comment.resolved_at is None


def commentable_keys(kind: Kind) -> tuple[str, ...]:
    """At what a reviewer can write a comment, in the order of the page."""
    return (*(key for key in all_keys(kind) if key in fields_of(kind)), *_BESIDE)


def label_of_comment(kind: Kind, key: str) -> str:
    """German name of what a comment is about."""
    return _BESIDE.get(key) or label_of(kind, key)


def list_remarks(draft: Draft) -> list[Remark]:
    """All comments at a draft, those of the first question first, each question in the order of the fields."""
    statement = select(DraftComment).where(DraftComment.draft_id == draft.id).order_by(col(DraftComment.id))
    kind = Kind(draft.kind)
    return [Remark(row, label_of_comment(kind, row.field)) for row in db.session().exec(statement)]


def list_open(draft: Draft) -> list[Remark]:
    """Comments about which the author has still to do something."""
    return [remark for remark in list_remarks(draft) if remark.is_open]


def count_open(drafts: Iterable[Draft]) -> dict[int, int]:
    """Number of open comments by draft, for those that have any."""
    statement = (
        select(DraftComment.draft_id, sa.func.count())
        .where(col(DraftComment.draft_id).in_([draft.id for draft in drafts]), col(DraftComment.resolved_at).is_(None))
        .group_by(col(DraftComment.draft_id))
        .order_by(col(DraftComment.draft_id))
    )
    return dict(db.session().exec(statement).all())


def read_comments(kind: Kind, typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed at fields, without what is empty; raises DomainError for what is too long."""
    filled = {key: text for key in commentable_keys(kind) if (text := clean(typed.get(key, "")).strip())}
    for key, text in filled.items():
        if len(text) > MAX_COMMENT:
            label = label_of_comment(kind, key)
            raise DomainError(
                Label(
                    "Die Anmerkung zu „%(label)s“ ist zu lang: %(text)s Zeichen, höchstens %(max_comment)s gehen.",
                    label=label,
                    text=len(text),
                    max_comment=MAX_COMMENT,
                )
            )
    return filled


def keep_comments(draft: Draft, texts: Mapping[str, str], *, actor: Actor) -> None:
    """Keep what a reviewer wrote at fields; called with the decision that sends it to the author."""
    for key, text in texts.items():
        row = DraftComment(draft_id=draft.id or 0, field=key, text=text, account_id=actor.account_id, at=clock.now())
        db.session().add(row)
    db.session().flush()


def resolve(draft: Draft, done: Collection[int], answers: Mapping[int, str], *, actor: Actor) -> None:
    """Tick comments off, and answer others; what was answered counts as done. Unknown numbers change nothing."""
    authorize_change(draft, actor)
    for remark in list_open(draft):
        comment_id, answer = remark.comment.id or 0, clean(answers.get(remark.comment.id or 0, "")).strip()
        if len(answer) > MAX_COMMENT:
            raise DomainError(
                Label(
                    "Die Antwort zu „%(label)s“ ist zu lang; höchstens %(max_comment)s Zeichen.",
                    label=remark.label,
                    max_comment=MAX_COMMENT,
                )
            )
        if answer or comment_id in done:
            remark.comment.answer, remark.comment.resolved_at = answer, clock.now()
    db.session().flush()


def refuse_open(draft: Draft) -> None:
    """Raise DomainError while the author has not reacted to every comment."""
    labels = list(dict.fromkeys(remark.label for remark in list_open(draft)))
    if labels:
        raise DomainError(
            Label(
                "Noch offen sind Anmerkungen zu: %(labels)s. Bitte haken Sie ab, was erledigt ist, oder "
                "antworten Sie darauf.",
                labels=", ".join(labels),
            )
        )
