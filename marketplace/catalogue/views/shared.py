"""What the pages for writing and reviewing share: the blueprint, size limits, and whose form it was."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, current_app, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from marketplace.catalogue.drafts import queries
from marketplace.catalogue.drafts.models import Draft
from marketplace.catalogue.drafts.typed import clean
from marketplace.core.permissions import authorize
from marketplace.web.access import current_actor

editing = Blueprint("editing", __name__)

MAX_FORM = 4 * 1024 * 1024
"""Bytes of a form of the editor; a text of the longest allowed size has a fraction of that, however it is written."""


@dataclass(frozen=True)
class Answers:
    """What an author sent about comments: which are done, and answers by comment."""

    done: frozenset[int] = frozenset()
    texts: Mapping[int, str] = field(default_factory=dict)


NO_ANSWERS = Answers()


def read_answers() -> Answers:
    """What the form of this request says about comments."""
    numbers = {
        name.removeprefix("antwort-"): text for name, text in request.form.items() if name.startswith("antwort-")
    }
    return Answers(
        frozenset(int(text) for text in request.form.getlist("erledigt") if is_number(text)),
        {int(number): clean(text) for number, text in numbers.items() if is_number(number)},
    )


def is_number(text: str) -> bool:
    """Whether this can be the number of a row."""
    return text.isascii() and text.isdecimal() and len(text) < 10


def accept_large_form() -> None:
    """Let this request be as large as a form of the editor may be; call it before the form is read."""
    request.max_content_length = request.max_form_memory_size = MAX_FORM


def _sealer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="editor-form")


def seal(draft: Draft) -> str:
    """Proof, for a hidden field, that a form was given out to this person for this draft.

    It stands in place of the CSRF token, which ends with the session: a form that was open longer, or in a second
    window, is still known to be genuine, and what was typed into it need not be thrown away.
    """
    return str(_sealer().dumps([draft.public_id, current_actor().account_id]))


def open_seal(public_id: str, sent: str | None = None) -> int | None:
    """Account to which the form of this request was given out, or None if it is not genuine.

    ``sent`` is its seal, where the form was read elsewhere.
    """
    try:
        sealed: Any = _sealer().loads(request.form.get("absender", "") if sent is None else sent)
    except BadSignature:
        return None
    return sealed[1] if isinstance(sealed, list) and sealed[:1] == [public_id] else None


def get_own_draft(public_id: str) -> Draft:
    """A draft at which the person of this request may write."""
    draft = queries.get_draft(public_id)
    authorize("draft.edit", queries.stake_of(draft), actor=current_actor())
    return draft


def to_draft(draft: Draft) -> Response:
    """Lead to the overview of a draft."""
    return redirect(url_for("editing.draft", public_id=draft.public_id), 303)


def seen_revision() -> int:
    """Which state of a draft the form of this request was about; 0 if it does not say."""
    typed = request.form.get("revision", "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0
