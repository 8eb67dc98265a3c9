"""What is sent after the session has ended is kept over the sign-in, whatever form it was: nothing is typed twice.

Every form that a person gets carries a seal that says to whom it was given out. It stands beside the CSRF token, which
ends with the session. What comes with a genuine seal and without a session is stored for that account alone, and after
signing in the person looks over it and sends it. Forms with passwords and codes carry no seal.
"""

from typing import Any, Protocol

from flask import Flask, current_app, request
from flask_login import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer
from wtforms import HiddenField, PasswordField, StringField, TextAreaField

from marketplace.core.actor import ANONYMOUS
from marketplace.web.forms import Form

FIELD = "siegel"
KEEPER = "keeper"
"""Key in ``app.extensions`` of the Keeper."""
_VALID_FOR = 30 * 24 * 60 * 60
_LEFT_OUT = frozenset({FIELD, "csrf_token"})
_LONGEST_LABEL = 90

Pairs = list[tuple[str, str]]
Labels = dict[str, tuple[str, bool]]
"""Label of each field for words, and whether it has several lines."""


class Keeper(Protocol):
    """Stores what somebody sent; a feature with accounts provides it."""

    def keep(self, account_id: int, address: str, pairs: Pairs, labels: Labels) -> str | None:
        """Keep it in a transaction of its own; returns the path at which it is sent again."""


def init_app(app: Flask) -> None:
    """Let templates seal their forms."""
    app.jinja_env.globals["seal_of"] = seal_of


def seal_of(form: Form | None = None) -> str:
    """The seal of a form for the person of this page; empty for anonymous visitors and forms with secrets."""
    actor = getattr(current_user, "actor", ANONYMOUS)
    if actor.account_id is None or (form is not None and not _may_be_kept(form)):
        return ""
    labels = {
        field.name: [str(field.label.text)[:_LONGEST_LABEL], isinstance(field, TextAreaField)]
        for field in (form if form is not None else ())
        if isinstance(field, StringField) and not isinstance(field, HiddenField)
    }
    return str(_sealer().dumps([actor.account_id, labels]))


def _may_be_kept(form: Form) -> bool:
    return form.may_be_kept and not any(isinstance(field, PasswordField) for field in form)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="web.keeping")


def keep_input() -> str | None:
    """Keep what this request sent, if its form was given out by this site; returns the path to go on at."""
    opened = _open() if _is_small_form() else None
    if opened is None:
        return None
    account_id, labels = opened
    pairs = [(name, value) for name, value in request.form.items(multi=True) if name not in _LEFT_OUT]
    keeper: Keeper = current_app.extensions[KEEPER]
    return keeper.keep(account_id, request.full_path.rstrip("?"), pairs, labels)


def is_form_read() -> bool:
    """Whether the form of this request was read as any other; a view that takes files reads its own, once."""
    return "form" in vars(request)


def _is_small_form() -> bool:
    """Forms with files are read, and kept, by their own views."""
    size, most = request.content_length or 0, current_app.config["MAX_CONTENT_LENGTH"]
    return request.method == "POST" and request.mimetype == "application/x-www-form-urlencoded" and size <= most


def _open() -> tuple[int, Labels] | None:
    """To whom this form was given out, and what its fields are called; None if it is not genuine."""
    try:
        sealed: Any = _sealer().loads(request.form.get(FIELD, ""), max_age=_VALID_FOR)
    except BadSignature:
        return None
    account_id, labels = sealed
    return account_id, {name: (label, bool(is_long)) for name, (label, is_long) in labels.items()}
