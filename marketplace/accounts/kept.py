"""What people sent after their session had ended, until they send it again (``web/keeping.py``)."""

import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa
from flask import Flask, current_app, request
from sqlmodel import col, select
from werkzeug.wrappers import Response

from marketplace.accounts.models import Account, KeptForm
from marketplace.core import clock, db
from marketplace.core.actor import Actor
from marketplace.core.db import Database
from marketplace.core.errors import NotFoundError
from marketplace.web.access import current_actor
from marketplace.web.keeping import KEEPER, Labels, Pairs, is_form_read

FIELD = "aufgehoben"
"""Hidden field of the form by which something kept is sent again."""
KEPT_FOR = timedelta(days=14)
_PUBLIC_ID = re.compile(r"[A-Za-z0-9_-]{20,32}")
_LONGEST_ADDRESS = 500
MOST = 10
"""Of one account; older ones go, so that nobody fills the table with a form that they keep open."""


@dataclass(frozen=True)
class Words:
    """A field with words, to look over and change."""

    name: str
    value: str
    label: str
    is_long: bool


@dataclass(frozen=True)
class Shown:
    """What was kept as the page shows it: words to look over, and all the rest."""

    row: KeptForm
    words: list[Words]
    hidden: Pairs


class DatabaseKeeper:
    """Keeps it in the database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def keep(self, account_id: int, address: str, pairs: Pairs, labels: Labels) -> str | None:
        """Keep it for an account that can sign in."""
        with self.database.unit_of_work() as session:
            account = session.get(Account, account_id)
            if account is None or not account.can_sign_in or len(address) > _LONGEST_ADDRESS:
                return None
            kept = KeptForm(
                public_id=secrets.token_urlsafe(16), account_id=account_id, address=address,
                pairs=[list(pair) for pair in pairs], labels={name: list(label) for name, label in labels.items()},
                created_at=clock.now(),
            )  # fmt: skip
            session.add(kept)
            session.flush()
            _drop_surplus(account_id)
            return f"/konto/aufgehoben/{kept.public_id}"


def _drop_surplus(account_id: int) -> None:
    newest = sa.select(col(KeptForm.id)).where(col(KeptForm.account_id) == account_id)
    newest = newest.order_by(col(KeptForm.id).desc()).limit(MOST)
    mine = (col(KeptForm.account_id) == account_id) & col(KeptForm.id).not_in(newest)
    db.session().execute(sa.delete(KeptForm).where(mine))


def init_app(app: Flask) -> None:
    """Keep in the database of this application, and forget what was sent again."""
    app.extensions[KEEPER] = DatabaseKeeper(app.extensions["database"])
    app.after_request(_forget_sent)


def _forget_sent(response: Response) -> Response:
    """Once it arrived, which a form answers by leading on, it need not be kept any longer."""
    # Only a form that was read by now: what a view answered without looking at it may not even have come in full.
    is_led_on = request.method == "POST" and response.status_code in (302, 303)
    if is_led_on and is_form_read() and (key := request.form.get(FIELD)):
        account_id = current_actor().account_id
        with current_app.extensions["database"].unit_of_work() as session:
            mine = (col(KeptForm.public_id) == key) & (col(KeptForm.account_id) == account_id)
            session.execute(sa.delete(KeptForm).where(mine))
    return response


def get_kept(public_id: str, *, actor: Actor) -> KeptForm:
    """What was kept for this person at this address; raises NotFoundError."""
    statement = select(KeptForm).where(KeptForm.public_id == public_id, KeptForm.account_id == actor.account_id)
    found = db.session().exec(statement).first() if _PUBLIC_ID.fullmatch(public_id) else None
    if found is None:
        raise NotFoundError("Das ist nicht mehr aufgehoben, oder es gehört zu einem anderen Konto.")
    return found


def list_kept(account_id: int) -> list[KeptForm]:
    """All that was kept for somebody, the newest first."""
    statement = select(KeptForm).where(KeptForm.account_id == account_id).order_by(col(KeptForm.id).desc())
    return list(db.session().exec(statement))


def first_words(row: KeptForm) -> str:
    """By what somebody knows it again: the longest of what was typed, cut."""
    longest = max((value.strip() for name, value in row.pairs if name in row.labels), key=len, default="")
    return " ".join(longest.split())[:80]


def show(row: KeptForm) -> Shown:
    """Words with their labels, in the order of the form, and what was chosen beside them."""
    words = [Words(name, value, *row.labels[name]) for name, value in row.pairs if row.labels.get(name)]
    return Shown(row, words, [(name, value) for name, value in row.pairs if name not in row.labels])


def discard(row: KeptForm) -> None:
    """Forget it."""
    db.session().delete(row)
    db.session().flush()


def delete_old() -> int:
    """Delete what nobody came back for."""
    old = sa.delete(KeptForm).where(col(KeptForm.created_at) <= clock.now() - KEPT_FOR)
    return int(db.session().execute(old).rowcount)  # type: ignore[attr-defined]
