"""Ties sessions of accounts to the browser: what stands in the cookie, and who Flask-Login says it is."""

from dataclasses import dataclass

from flask import Flask, current_app, g, request, session
from flask_login import UserMixin, current_user, login_user

from marketplace.accounts import sessions
from marketplace.accounts.models import Account
from marketplace.core.actor import Actor
from marketplace.core.db import Database
from marketplace.extensions import login_manager
from marketplace.web.access import current_actor


@dataclass
class SignedIn(UserMixin):
    """A person in this request, as Flask-Login knows them."""

    token: str
    session_id: int
    actor: Actor

    def get_id(self) -> str:
        """What the cookie holds: the random token of the session, nothing of the person."""
        return self.token


def init_app(app: Flask) -> None:
    """Load people by the session in their cookie, and note now and then that it is in use."""
    # Without the context processor of Flask-Login: templates use ``actor``, which an error page can always show.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.user_loader(_load)


def _load(token: str) -> SignedIn | None:
    found = sessions.find(token)
    if found is None:
        return None
    running, account = found
    if sessions.is_due(running):
        _touch(running.id or 0, account.id or 0)
    return SignedIn(token, running.id or 0, sessions.load_actor(account))


def _touch(session_id: int, account_id: int) -> None:
    """In a transaction of its own: reading a page must not write, and a failing one must not undo this."""
    database: Database = current_app.extensions["database"]
    with database.unit_of_work():
        sessions.touch(session_id, account_id)


def sign_in(account: Account) -> None:
    """Sign a person in whose identity was checked: a new session with a new token, nothing of the old one stays."""
    device = sessions.describe_device(request.headers.get("User-Agent", ""))
    token = sessions.start(account, device=device)
    session.clear()
    found = sessions.find(token)
    if found is None:
        raise RuntimeError("The session that was just started is not there.")
    login_user(SignedIn(token, found[0].id or 0, sessions.load_actor(account)))
    # A hash of address and browser that Flask-Login leaves for its session protection, which is off.
    session.pop("_id", None)
    g.pop("actor", None)


def sign_out() -> None:
    """End the session of this request, on the server and in the browser."""
    actor = current_actor()
    if actor.account_id is not None:
        sessions.end(current_session_id(), account_id=actor.account_id)
    forget()


def forget() -> None:
    """Empty the cookie after its session was ended on the server."""
    session.clear()
    login_manager._update_request_context_with_user()
    g.pop("actor", None)


def current_session_id() -> int:
    """Row number of the session of this request; 0 for anonymous visitors."""
    return int(getattr(current_user, "session_id", 0))
